import { usageFailure } from './failure.ts'
import type { Session } from './session.ts'

/** An option of a command. `T` is what `run` receives. */
export interface Flag<T> {
  /** As shown in the help: `--rpm <n>`. */
  readonly flags: string
  readonly about: string
  readonly choices?: readonly string[]
  readonly repeats: boolean
  readonly read: (raw: string) => unknown
  readonly fallback: T
}

/** A positional argument. `form` decides how many: `<name>` one, `[name]` at most one, `[name...]` any number. */
export interface Argument<T> {
  readonly form: 'one' | 'optional' | 'any'
  readonly about: string
  readonly choices?: readonly string[]
  /** Never set: it carries the type that `run` receives. */
  readonly type?: T
}

const asText = (raw: string): string => raw

export const textFlag = (flags: string, about: string): Flag<string | undefined> => ({
  flags,
  about,
  repeats: false,
  read: asText,
  fallback: undefined,
})

export const choiceFlag = <const C extends readonly string[]>(
  flags: string,
  about: string,
  choices: C,
): Flag<C[number] | undefined> => ({
  flags,
  about,
  choices,
  repeats: false,
  read: asText,
  fallback: undefined,
})

/** An option that may be given several times. */
export const listFlag = (flags: string, about: string): Flag<string[]> => ({
  flags,
  about,
  repeats: true,
  read: asText,
  fallback: [],
})

export const switchFlag = (flags: string, about: string): Flag<boolean> => ({
  flags,
  about,
  repeats: false,
  read: Boolean,
  fallback: false,
})

/** A value with its own reader, such as an amount of money; the reader throws a usage failure. */
export const readFlag = <T>(flags: string, about: string, read: (raw: string) => T): Flag<T | undefined> => ({
  flags,
  about,
  repeats: false,
  read,
  fallback: undefined,
})

/** A whole number from 1 up. */
export const countFlag = (flags: string, about: string): Flag<number | undefined> =>
  readFlag(flags, about, (raw) => {
    const count = Number(raw)
    if (!/^\d{1,12}$/.test(raw) || count < 1) throw usageFailure(`"${raw}" is not a whole number from 1 up`)
    return count
  })

export const one = (about: string): Argument<string> => ({ form: 'one', about })
export const oneOf = <const C extends readonly string[]>(about: string, choices: C): Argument<C[number]> => ({
  form: 'one',
  about,
  choices,
})
export const optional = (about: string): Argument<string | undefined> => ({ form: 'optional', about })
export const any = (about: string): Argument<string[]> => ({ form: 'any', about })

export type Flags = Readonly<Record<string, Flag<unknown>>>
export type Arguments = Readonly<Record<string, Argument<unknown>>>
type Values<F extends Flags, A extends Arguments> = {
  readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never
} & { readonly [K in keyof A]: A[K] extends Argument<infer T> ? T : never }

/** One command as data: its help, its input, and what it does. */
export interface Command<F extends Flags = Flags, A extends Arguments = Arguments> {
  readonly summary: string
  readonly details?: string
  readonly args?: A
  /** Keys are the long option in camel case: `--price-in` is `priceIn`. */
  readonly flags?: F
  /** What else it takes: the place it works in, paging, a confirmation. */
  readonly takes?: readonly ('project' | 'organisation' | 'pages' | 'confirmation')[]
  readonly examples: readonly (readonly [line: string, about: string])[]
  run(session: Session, input: Values<F, A>): Promise<void>
}

/** A command whose input types are its own business. */
export interface AnyCommand extends Omit<Command, 'run'> {
  run(session: Session, input: never): Promise<void>
}

/** Declares a command; infers the types of its input. */
export const command = <F extends Flags = Record<never, never>, A extends Arguments = Record<never, never>>(
  definition: Command<F, A>,
): AnyCommand => definition

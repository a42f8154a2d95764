import { type Command as Commander, Option } from 'commander'
import type { AnyCommand } from './command.ts'
import { countFlag, type Flag, switchFlag, textFlag } from './command.ts'
import { exitCodes } from './failure.ts'
import type { CommonFlags, Session } from './session.ts'

const connectionFlags = {
  url: textFlag('--url <url>', 'address of the server (AVOW_URL)'),
  token: textFlag(
    '--token <token>',
    'session or operator token (AVOW_TOKEN); better in the environment than in the history of the shell',
  ),
  json: switchFlag('--json', 'print JSON'),
}
const placeFlags = {
  organisation: textFlag('--organisation <id>', 'organisation to work in (AVOW_ORGANISATION)'),
  project: textFlag('--project <id>', 'project to work in (AVOW_PROJECT)'),
}
const pageFlags = {
  limit: countFlag('--limit <n>', 'at most so many rows (50)'),
  all: switchFlag('--all', 'every row'),
}
const confirmationFlags = { yes: switchFlag('-y, --yes', 'do not ask') }

/** The options that a command takes beside its own. */
export const commonFlags = (definition: AnyCommand): Record<string, Flag<unknown>> => {
  const takes = new Set(definition.takes ?? [])
  const { organisation, project } = placeFlags
  return {
    ...(takes.has('project') || takes.has('organisation') ? { organisation } : {}),
    ...(takes.has('project') ? { project } : {}),
    ...(takes.has('pages') ? pageFlags : {}),
    ...(takes.has('confirmation') ? confirmationFlags : {}),
    ...connectionFlags,
  }
}

const optionOf = (flag: Flag<unknown>): Option => {
  const option = new Option(flag.flags, flag.about)
  if (flag.choices !== undefined) return option.choices(flag.choices)
  if (option.required || option.optional) {
    option.argParser<unknown>((raw, earlier) =>
      flag.repeats ? [...((earlier as unknown[] | undefined) ?? []), flag.read(raw)] : flag.read(raw),
    )
  }
  return option
}

const commonFrom = (options: Record<string, unknown>): CommonFlags => ({
  url: options.url as string | undefined,
  token: options.token as string | undefined,
  organisation: options.organisation as string | undefined,
  project: options.project as string | undefined,
  apiKey: options.apiKey as string | undefined,
  json: options.json === true,
  yes: options.yes === true,
  color: options.color !== false,
  limit: options.limit as number | undefined,
  all: options.all === true,
})

const argumentForms = {
  one: (name: string) => `<${name}>`,
  optional: (name: string) => `[${name}]`,
  any: (name: string) => `[${name}...]`,
}

/** Turns a command's declaration into a commander command that runs it in a session. */
export const addCommand = (
  parent: Commander,
  name: string,
  definition: AnyCommand,
  open: (common: CommonFlags) => Session,
): Commander => {
  const line = parent
    .command(name)
    .description(definition.details ?? definition.summary)
    .summary(definition.summary)
  const args = Object.entries(definition.args ?? {})
  const flags = Object.entries(definition.flags ?? {})
  for (const [argument, { form, about, choices }] of args) {
    const declared = line.createArgument(argumentForms[form](argument), about)
    line.addArgument(choices === undefined ? declared : declared.choices(choices))
  }
  for (const [, flag] of flags) line.addOption(optionOf(flag))
  for (const flag of Object.values(commonFlags(definition))) line.addOption(optionOf(flag))
  line.addOption(new Option('--no-color', 'no colour (NO_COLOR)').hideHelp())
  line.addHelpText('after', examplesText(definition.examples))
  return line.action(async (...given: unknown[]) => {
    const options = line.opts<Record<string, unknown>>()
    const input = Object.fromEntries([
      ...args.map(([argument], index) => [argument, given[index]]),
      ...flags.map(([key, flag]) => [key, options[key] ?? flag.fallback]),
    ])
    await definition.run(open(commonFrom(options)), input as never)
  })
}

/** The examples as the help shows them. */
export const examplesText = (examples: AnyCommand['examples']): string =>
  examples.length === 0
    ? ''
    : `\nExamples:\n${examples.map(([line, about]) => `  $ ${line}\n      ${about}`).join('\n')}\n`

export const rootHelp = `
Where it finds the server and you: --url and --token, AVOW_URL and AVOW_TOKEN, the data folder in AVOW_DATA,
the sign-in kept by \`avow login\`, the folder ./.avow.

Exit codes:
  ${exitCodes.ok}  done
  ${exitCodes.failed}  failed, refused, or a clause is broken
  ${exitCodes.usage}  wrong usage
  ${exitCodes.notSignedIn}  not signed in, or a second factor is needed
  ${exitCodes.notFound}  no such thing
  ${exitCodes.unreachable}  the server cannot be reached

Examples:
  $ avow key create laptop
      an API key for the official OpenAI clients
  $ avow chat avow-tiny "What colour is the sky?"
      an answer, as it is written
  $ avow policy verify
      what the policy promises, checked now
`

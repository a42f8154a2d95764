import type { Readable, Writable } from 'node:stream'

/** Where a command reads and writes. Standard output carries results only; everything else goes to standard error. */
export interface Terminal {
  readonly input: Readable
  readonly output: Writable
  readonly errors: Writable
  /** A person is at the keyboard: questions may be asked. */
  readonly isInteractive: boolean
  /** Standard output is a screen: colour, tables cut to its width. */
  readonly isScreen: boolean
  /** Columns of the screen; Infinity when the output goes to a file or a pipe. */
  readonly columns: number
}

/** The terminal of this process. */
export const processTerminal = (): Terminal => ({
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  isInteractive: Boolean(process.stdin.isTTY && process.stderr.isTTY),
  isScreen: Boolean(process.stdout.isTTY),
  columns: process.stdout.isTTY ? process.stdout.columns || 80 : Number.POSITIVE_INFINITY,
})

const control = /[\p{Cc}\p{Bidi_Control}]/gu

/** Text from a server or a model, made safe for a screen: no escape sequences, no direction overrides. Keeps tab and newline. */
export const harmless = (text: string): string =>
  text.replace(control, (character) => (character === '\n' || character === '\t' ? character : ''))

export type Paint = (text: string) => string

/** Colours, or plain text where colour is not wanted (no screen, `NO_COLOR`, `--no-color`, `TERM=dumb`). */
export interface Palette {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
  readonly blue: Paint
}

const ansi =
  (open: number, close: number): Paint =>
  (text) =>
    `\u001b[${open}m${text}\u001b[${close}m`

const plain: Paint = (text) => text

export const palette = (coloured: boolean): Palette =>
  coloured
    ? {
        bold: ansi(1, 22),
        dim: ansi(2, 22),
        red: ansi(31, 39),
        green: ansi(32, 39),
        yellow: ansi(33, 39),
        blue: ansi(34, 39),
      }
    : { bold: plain, dim: plain, red: plain, green: plain, yellow: plain, blue: plain }

/** Whether standard output gets colour (https://no-color.org). */
export const wantsColour = (terminal: Terminal, environment: Readonly<Record<string, string | undefined>>): boolean =>
  terminal.isScreen && (environment.NO_COLOR ?? '') === '' && environment.TERM !== 'dumb'

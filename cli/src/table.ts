import { harmless } from './terminal.ts'

export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string
  /** Numbers stand to the right. */
  readonly right?: boolean
  /** The columns that give way first when the screen is narrow; the rest are never cut. */
  readonly mayShrink?: boolean
  /** Left out where the screen is too narrow for all columns to be read: the lowest number first. */
  readonly leftOutAs?: number
  readonly paint?: (text: string, row: Row) => string
}

const gap = '  '
const shrunkMin = 8
/** A column that is cut further than this is hard to read, so others are left out first. */
const readableMin = 16
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })
const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u

/** Screen cells of one grapheme. */
const cellsOf = (grapheme: string): number => (wide.test(grapheme) ? 2 : 1)
/** A number with its noun: "1 row", "2 rows". */
export const counted = (value: number, noun: string): string => `${value} ${noun}${value === 1 ? '' : 's'}`

/** Screen cells of a text. */
export const widthOf = (text: string): number => {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length
  let cells = 0
  for (const { segment } of segmenter.segment(text)) cells += cellsOf(segment)
  return cells
}

/** The text in at most `cells` cells, with an ellipsis where something was left out. */
export const cut = (text: string, cells: number): string => {
  if (widthOf(text) <= cells) return text
  let kept = ''
  let used = 0
  for (const { segment } of segmenter.segment(text)) {
    if (used + cellsOf(segment) > cells - 1) break
    kept += segment
    used += cellsOf(segment)
  }
  return `${kept}…`
}

const shrink = (widths: number[], mayShrink: readonly boolean[], columns: number): number[] => {
  const result = [...widths]
  const total = () => result.reduce((sum, width) => sum + width, 0) + gap.length * (result.length - 1)
  while (total() > columns) {
    let widest = -1
    result.forEach((width, index) => {
      if (mayShrink[index] && width > shrunkMin && width > (result[widest] ?? 0)) widest = index
    })
    if (widest === -1) break
    result[widest] = (result[widest] ?? 0) - 1
  }
  return result
}

const textOf = <Row>(column: Column<Row>, row: Row): string => harmless(column.value(row)).replace(/\s+/g, ' ')

/** The columns that a screen of so many cells has room for. */
export const columnsThatFit = <Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  cells: number,
): readonly Column<Row>[] => {
  const needed = columns.map((column) => {
    const natural = Math.max(widthOf(column.title), ...rows.map((row) => widthOf(textOf(column, row))))
    return column.mayShrink ? Math.min(natural, readableMin) : natural
  })
  const isTooWide = needed.reduce((sum, width) => sum + width + gap.length, -gap.length) > cells
  const [next] = columns
    .filter((column) => column.leftOutAs !== undefined)
    .sort((a, b) => (a.leftOutAs ?? 0) - (b.leftOutAs ?? 0))
  if (!isTooWide || next === undefined) return columns
  const rest = columns.filter((column) => column !== next)
  return columnsThatFit(rows, rest, cells)
}

/** Rows as a table with a heading, cut to `columns` cells of screen (Infinity: never cut). Ends with a newline. */
export const renderTable = <Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  style: { columns: number; heading: (text: string) => string },
): string => {
  const cells = rows.map((row) => columns.map((column) => textOf(column, row)))
  const natural = columns.map((column, index) =>
    Math.max(widthOf(column.title), ...cells.map((line) => widthOf(line[index] ?? ''))),
  )
  const widths = shrink(
    natural,
    columns.map((column) => column.mayShrink ?? false),
    style.columns,
  )
  const place = (text: string, index: number): string => {
    const width = widths[index] ?? 0
    const shown = cut(text, width)
    const space = ' '.repeat(Math.max(0, width - widthOf(shown)))
    return columns[index]?.right ? space + shown : shown + space
  }
  const heading = style.heading(
    columns
      .map((column, index) => place(column.title, index))
      .join(gap)
      .trimEnd(),
  )
  const lines = rows.map((row, line) =>
    columns
      .map((column, index) => {
        const text = place(cells[line]?.[index] ?? '', index)
        return column.paint === undefined ? text : column.paint(text, row)
      })
      .join(gap)
      .trimEnd(),
  )
  return `${[heading, ...lines].join('\n')}\n`
}

import type { MappedColumn } from './table.ts'

interface Token {
  readonly text: string
  readonly isName: boolean
}

const pattern =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"((?:[^"]|"")+)"|([A-Za-z_][A-Za-z0-9_$]*)|(\$[A-Za-z_]*\$)|(\$\d+|\d+(?:\.\d+)?)|(::|[^\s])/g

/** Names in lower case, quoted ones as they are; texts, comments, numbers and parameters stand for themselves as one mark. */
const tokensOf = (statement: string): Token[] =>
  [...statement.matchAll(pattern)].flatMap(([all, quoted, bare, dollar, number, sign]): Token[] => {
    if (quoted !== undefined) return [{ text: quoted, isName: true }]
    if (bare !== undefined) return [{ text: bare.toLowerCase(), isName: true }]
    if (dollar !== undefined) return [{ text: '$$', isName: false }]
    if (sign !== undefined) return [{ text: sign, isName: false }]
    return number !== undefined || all.includes("'") ? [{ text: '?', isName: false }] : []
  })

/** The end of a parenthesis that opens at `at`. */
const closing = (tokens: readonly Token[], at: number): number => {
  let depth = 0
  for (let i = at; i < tokens.length; i++) {
    if (tokens[i]?.text === '(') depth++
    if (tokens[i]?.text === ')' && --depth === 0) return i
  }
  return tokens.length - 1
}

const clauses = new Set(['where', 'from', 'returning', 'on', 'select', 'limit', 'order'])

/** Columns that a statement writes: naming them reads nothing. */
const writtenAt = (tokens: readonly Token[]): ReadonlySet<number> => {
  const written = new Set<number>()
  const text = (i: number): string | undefined => tokens[i]?.text
  for (let i = 0; i < tokens.length; i++) {
    if (text(i) === 'insert' && text(i + 1) === 'into') {
      let open = i + 3
      while (text(open) === '.') open += 2
      if (text(open) === '(') for (let k = open + 1; k < closing(tokens, open); k++) written.add(k)
    }
    if (text(i) !== 'set') continue
    let isTarget = true
    for (let k = i + 1; k < tokens.length && !clauses.has(text(k) ?? ''); k++) {
      if (text(k) === '(') {
        k = closing(tokens, k)
        continue
      }
      if (isTarget && text(k + 1) === '=') written.add(k)
      isTarget = text(k) === ','
    }
  }
  return written
}

const namesTable = new Set(['from', 'join', 'update', 'into', ',', 'only', 'table', 'using'])
const noAlias = new Set([
  'where',
  'set',
  'on',
  'using',
  'values',
  'join',
  'left',
  'right',
  'inner',
  'cross',
  'full',
  'order',
  'group',
  'limit',
  'returning',
  'union',
  'for',
  'having',
  'select',
  'lateral',
  'natural',
  'default',
  'tablesample',
  'offset',
  'window',
  'with',
]) // prettier-ignore

/** Code inside a statement cannot be looked into: it may read anything. */
const opaqueWords = new Set(['do', 'execute', 'copy'])

/**
 * Whether a statement gives out whole rows: `*` that is no count, or a table (or its alias) that stands for its row.
 * @param names of the tables that it mentions
 */
const readsWholeRows = (tokens: readonly Token[], names: ReadonlySet<string>): boolean => {
  const aliases = new Set<string>()
  const declared = new Set<number>()
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]
    if (token === undefined || !token.isName || !names.has(token.text)) continue
    const before = tokens[i - 1]?.text ?? ''
    const isDeclared = namesTable.has(before) || (before === '.' && tokens[i + 1]?.text !== '.')
    if (!isDeclared) continue
    declared.add(i)
    const next = tokens[i + 1]?.text === 'as' ? i + 2 : i + 1
    const alias = tokens[next]
    if (alias?.isName === true && !noAlias.has(alias.text)) {
      aliases.add(alias.text)
      declared.add(next)
    }
  }
  return tokens.some(({ text, isName }, i) => {
    const [before, after] = [tokens[i - 1]?.text, tokens[i + 1]?.text]
    if (text === '*')
      return before === ',' || before === '.' || before === 'select' || before === 'returning' || before === 'distinct' // prettier-ignore
    if (!isName || declared.has(i) || before === '.' || after === '.' || after === '(') return false
    return aliases.has(text) || (names.has(text) && before !== 'into' && before !== 'of' && before !== 'exists')
  })
}

const dayOfPartition = /_p\d{8}$/
/** Texts and names with escapes of their own, which the pattern above does not follow. */
const escapes = /(?:^|[^\w$])(?:e'|u&['"])/i

/**
 * Which columns about people a statement reads, by the names in it: rather one too many than one too few. What it only writes is not
 * read.
 */
export const createColumnReader = (map: readonly MappedColumn[]): ((statement: string) => readonly MappedColumn[]) => {
  const tables = new Map<string, MappedColumn[]>()
  for (const column of map) {
    const name = column.table.split('.').at(-1) ?? column.table
    tables.set(name, [...(tables.get(name) ?? []), column])
  }
  const personal = [...tables.values()].flat().filter(({ category }) => category !== 'system')
  return (statement) => {
    const tokens = tokensOf(statement)
    const text = (i: number): string => tokens[i]?.text ?? ''
    if (opaqueWords.has(text(0)) || tokens.some((token) => token.text === '$$') || escapes.test(statement))
      return personal
    const names = new Set<string>()
    const mentioned: MappedColumn[] = []
    for (const token of tokens) {
      if (!token.isName || names.has(token.text)) continue
      const columns = tables.get(token.text) ?? tables.get(token.text.replace(dayOfPartition, ''))
      if (columns === undefined) continue
      names.add(token.text)
      mentioned.push(...columns.filter(({ category }) => category !== 'system'))
    }
    if (mentioned.length === 0) return []
    if (readsWholeRows(tokens, names)) return mentioned
    const written = writtenAt(tokens)
    const read = new Set(tokens.flatMap((token, i) => (token.isName && !written.has(i) ? [token.text] : [])))
    return mentioned.filter(({ column }) => read.has(column))
  }
}

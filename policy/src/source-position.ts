/** Finds where a path of a policy stands in its YAML text. */

import type { Document, Node, Pair } from 'yaml'
import { isMap, isPair, isScalar, isSeq, type LineCounter } from 'yaml'

export type Path = readonly (string | number)[]

/** What to point at: the value, or the key that leads to it. */
export type Target = 'value' | 'key'

/** Line and column, from 1, of a path; of its nearest existing parent when the path itself is absent. */
export function positionOf(
  document: Document,
  lines: LineCounter,
  path: Path,
  target: Target,
): { line: number; column: number } {
  let node: unknown = document.contents
  let start = startOf(node)
  for (const [index, segment] of path.entries()) {
    const last = index === path.length - 1
    const child = childOf(node, segment)
    if (child === undefined) break
    const value = isPair(child) ? child.value : child
    const key = isPair(child) ? startOf(child.key) : undefined
    // A nested map is found fastest by its key; a scalar is itself what is wrong.
    const wanted = (last && target === 'key') || !isScalar(value) ? (key ?? startOf(value)) : startOf(value)
    start = wanted ?? start
    node = value
  }
  return offsetPosition(lines, start ?? 0)
}

/** Line and column, from 1, of an offset in the text. */
export function offsetPosition(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset)
  return { line: Math.max(line, 1), column: Math.max(col, 1) }
}

function childOf(node: unknown, segment: string | number): unknown {
  if (isMap(node)) return node.items.find((pair) => keyOf(pair) === String(segment))
  return isSeq(node) ? node.items[Number(segment)] : undefined
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}

function keyOf(pair: Pair): string {
  return String(isScalar(pair.key) ? pair.key.value : pair.key)
}

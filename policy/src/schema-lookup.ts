/** Answers questions about the schema at a path of a policy: its description, its known keys and its allowed words. */
import { z } from 'zod'
import { policySchema } from './schema.ts'
import type { Path } from './source-position.ts'

/** The part of JSON Schema that the policy's schema uses. */
interface SchemaNode {
  readonly description?: string
  readonly type?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly propertyNames?: SchemaNode
  readonly additionalProperties?: SchemaNode | boolean
  readonly items?: SchemaNode
  readonly anyOf?: readonly SchemaNode[]
  readonly oneOf?: readonly SchemaNode[]
}

let root: SchemaNode | null = null

/** The JSON Schema of policy files (draft 2020-12), for editors. */
export function policyJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(policySchema, { io: 'input' }) as Record<string, unknown>
}

function nodesAt(path: Path): SchemaNode[] {
  root ??= policyJsonSchema() as SchemaNode
  let nodes = [root]
  for (const segment of path) nodes = nodes.flatMap(alternatives).flatMap((node) => childOf(node, segment))
  return nodes
}

function alternatives(node: SchemaNode): SchemaNode[] {
  return [node, ...(node.anyOf ?? []).flatMap(alternatives), ...(node.oneOf ?? []).flatMap(alternatives)]
}

function childOf(node: SchemaNode, segment: string | number): SchemaNode[] {
  if (typeof segment === 'number') return node.items ? [node.items] : []
  const property = node.properties && Object.hasOwn(node.properties, segment) ? node.properties[segment] : undefined
  if (property) return [property]
  return typeof node.additionalProperties === 'object' ? [node.additionalProperties] : []
}

/** The author's hint for what stands at a path; null when the schema has none. */
export function describeAt(path: Path): string | null {
  return nodesAt(path).find((node) => node.description !== undefined)?.description ?? null
}

/** The keys that a map at this path may have. */
export function keysAt(path: Path): string[] {
  const nodes = nodesAt(path).flatMap(alternatives)
  const words = nodes.flatMap((node) => [...Object.keys(node.properties ?? {}), ...(node.propertyNames?.enum ?? [])])
  return [...new Set(words.map(String))]
}

/** The words that a value at this path may be. */
export function wordsAt(path: Path): string[] {
  const nodes = nodesAt(path).flatMap(alternatives)
  return [
    ...new Set(
      nodes.flatMap((node) => [...(node.enum ?? []), ...(node.const === undefined ? [] : [node.const])]).map(String),
    ),
  ]
}

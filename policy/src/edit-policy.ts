import { parseDocument } from 'yaml'

/** A value of a policy file by its path, such as `['security', 'apiKeyRevocation']`. */
export type PolicyEdit = readonly [path: readonly (string | number)[], value: string | number]

/** The text of a policy with some values replaced; comments stay. The text must be one that parses. */
export function editPolicy(text: string, edits: readonly PolicyEdit[]): string {
  const document = parseDocument(text, { logLevel: 'error' })
  for (const [path, value] of edits) document.setIn(path, value)
  return document.toString({ lineWidth: 0 })
}

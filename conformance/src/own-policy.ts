import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './start-avow.ts'

/** Writes a shipped policy with pieces of its text replaced, as an operator edits a copy. @returns the file */
export const ownPolicy = (name: string, ...changes: readonly (readonly [from: string, to: string])[]): string => {
  const text = changes.reduce(
    (result, [from, to]) => {
      if (!result.includes(from)) throw new Error(`${name} has no ${from}`)
      return result.replace(from, to)
    },
    readFileSync(join(root, `policies/${name}.yaml`), 'utf8'),
  )
  const file = join(mkdtempSync(join(tmpdir(), 'avow-policy-')), `${name}.yaml`)
  writeFileSync(file, text)
  return file
}

/** The starter with recipients, each as one line of YAML. */
export const starterWith = (...recipients: readonly string[]): string =>
  ownPolicy('starter', ['recipients: []', `recipients:\n${recipients.map((one) => `  - ${one}`).join('\n')}`])

/** A model provider that is named as a recipient. */
export const exampleProvider =
  '{ id: example-ai, name: Example Inference, role: processor, purposes: [provide], categories: [content.inference], country: US, safeguard: standard contractual clauses, terms: "https://inference.example/terms" }'

import { execFileSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { apiPages, endpointIndex } from './api-pages.ts'
import { read, readApiDocument, root } from './checkout.ts'
import { errorIndex, errorPages, gatewayErrorIndex, gatewayErrorPages } from './error-pages.ts'
import { fillMarks } from './fill-marks.ts'
import type { ApiDocument } from './openapi.ts'
import type { Page } from './page.ts'
import { parameterTable } from './parameter-tables.ts'
import { referenceChoices, referenceClauses } from './reference-policies.ts'
import { rulesByGate } from './rules-table.ts'
import { compileStarter, promiseOf, promiseTable, quoteClause, quoteLine } from './starter-quotes.ts'

/**
 * The settings, from the table in the README, which a check keeps true to the server's configuration. Two columns, so
 * that it can be read on a phone.
 */
const settingsTable = (): string => {
  const rows = [...read('README.md').matchAll(/^\| `(\w+)` \| (.*?) ?\| (`.*`) \| (.*) \|$/gm)]
  if (rows.length === 0) throw new Error('README.md has no table of settings')
  const lines = rows.map(([, name, standard, example, about]) => {
    const values = standard === '' ? `Example: ${example}` : `Default: ${standard}. Example: ${example}`
    return `| \`${name}\` | ${about}<br>${values} |`
  })
  return ['| Setting | What it does |', '|---|---|', ...lines].join('\n')
}

/** The commands' own reference, printed by the command line. */
export const cliReference = (): string =>
  execFileSync(process.execPath, ['cli/src/print-reference.ts'], { cwd: root, encoding: 'utf8' })

/** The language's own description for authors, less its title and the part for engineers. */
const policyLanguage = (): string => {
  const [, ...rest] = read('policy/README.md').split('\n')
  return rest.join('\n').split('\n## For engineers')[0] ?? ''
}

const writtenPages = (document: ApiDocument): Page[] => {
  const policyText = read('policies/starter.yaml')
  const fillers = {
    settings: settingsTable,
    language: policyLanguage,
    rules: rulesByGate,
    endpoints: () => endpointIndex(document),
    parameters: (of: string) => parameterTable(document, of),
    errors: () => errorIndex(document),
    gatewayErrors: () => gatewayErrorIndex(document),
    clause: (id: string) => quoteClause(policyText, id),
    policyLine: (section: string, key: string) => quoteLine(policyText, section, key),
    promise: (id: string) => `> ${promiseOf(compileStarter(policyText), id)}`,
    referenceChoices,
    referenceClauses,
    promises: () => promiseTable(compileStarter(policyText)),
  }
  const folder = path.join(root, 'site/pages')
  return globSync('**/*.md', { cwd: folder }).map((file) => ({
    path: file,
    text: fillMarks(readFileSync(path.join(folder, file), 'utf8'), fillers),
  }))
}

/** Every page of the site: those written by hand, filled, and those made from the contract, the CLI and the policy. */
export const makePages = (): Page[] => {
  const document = readApiDocument()
  return [
    ...writtenPages(document),
    ...apiPages(document),
    ...errorPages(document),
    ...gatewayErrorPages(document),
    { path: 'reference/cli.md', text: cliReference() },
  ]
}

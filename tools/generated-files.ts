import { readFileSync } from 'node:fs'
import path from 'node:path'
import openapiTypes, { astToString, COMMENT_HEADER } from 'openapi-typescript'
import { endpoints, openapiDocument } from '../contract/src/index.ts'
import { policyJsonSchema } from '../policy/src/index.ts'
import { settings } from '../server/src/config.ts'

/** A committed file that is made from sources, in whole or between two marks. */
export interface GeneratedFile {
  /** Relative to the repository's root. */
  file: string
  /** The content it must have, given the content it has. */
  content(current: string): Promise<string>
}

export const generatedFiles: readonly GeneratedFile[] = [
  { file: 'contract/openapi.json', content: async () => json(openapiDocument(endpoints)) },
  {
    file: 'sdk/src/openapi.d.ts',
    content: async () => {
      const document = JSON.stringify(openapiDocument(endpoints))
      return COMMENT_HEADER + astToString(await openapiTypes(document))
    },
  },
  { file: 'policy/policy.schema.json', content: async () => json(policyJsonSchema()) },
  { file: 'README.md', content: async (current) => betweenMarks(current, 'settings', settingsTable()) },
]

/** The file as it is; empty when it is missing. `root` is absolute. */
export function currentContent(root: string, file: string): string {
  try {
    return readFileSync(path.join(root, file), 'utf8')
  } catch {
    return ''
  }
}

/**
 * Replaces what stands between `<!-- NAME -->` and `<!-- /NAME -->`.
 * @throws when the marks are missing: the text would silently stop being generated
 */
export function betweenMarks(text: string, name: string, replacement: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [start, end] = [text.indexOf(open), text.indexOf(close)]
  if (start < 0 || end < start) throw new Error(`the marks ${open} and ${close} are missing`)
  return `${text.slice(0, start + open.length)}\n${replacement}\n${text.slice(end)}`
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function settingsTable(): string {
  const rows = Object.entries(settings).map(([name, { schema, about, example }]) => {
    const standard = schema.safeParse(undefined).data
    const shown = standard === undefined ? '' : `\`${String(standard)}\``
    return `| \`${name}\` | ${shown} | \`${example}\` | ${about} |`
  })
  return ['| Setting | Default | Example | What it does |', '| --- | --- | --- | --- |', ...rows].join('\n')
}

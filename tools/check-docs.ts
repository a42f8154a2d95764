import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { nouns } from '../cli/src/registry.ts'
import { type CheckResult, isMain, reportCheck } from './report-check.ts'

/** What the documents may name. */
export interface Known {
  /** `key create`, `whoami`, ... */
  commands: ReadonlySet<string>
  /** `generate`, and `kills -w conformance` for one of a room. */
  scripts: ReadonlySet<string>
}

const pathStart =
  /^(bench|cli|conformance|console|contract|decisions|deploy|engine|policies|policy|sdk|server|site|tools)\//

/** The documents of the root and decisions/ name only files, commands and scripts that exist under `root`. */
export function checkDocs(root: string, known: Known): CheckResult {
  const documents = ['.', 'decisions'].flatMap((folder) => markdownIn(root, folder))
  const violations = documents.flatMap((document) => {
    const text = readFileSync(path.join(root, document), 'utf8')
    const missing = [...missingFiles(root, document, text), ...missingCommands(text, known)]
    return missing.map((what) => `${document}: there is no ${what}`)
  })
  return { examined: documents.length, violations }
}

function markdownIn(root: string, folder: string): string[] {
  const absolute = path.join(root, folder)
  if (!existsSync(absolute)) return []
  return readdirSync(absolute)
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.join(folder, name))
}

function missingFiles(root: string, document: string, text: string): string[] {
  const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map((match) => ({
    named: match[1] ?? '',
    file: path.join(root, path.dirname(document), match[1] ?? ''),
  }))
  const paths = [...text.matchAll(/`([^`\s]+)`/g)]
    .map((match) => match[1] ?? '')
    .filter((named) => pathStart.test(named) && !/[*<>{}]|[A-Z]{3,}$/.test(named))
    .map((named) => ({ named, file: path.join(root, named) }))
  return [...links, ...paths].filter(({ file }) => !existsSync(file)).map(({ named }) => `file ${named}`)
}

function missingCommands(text: string, known: Known): string[] {
  const commands = [...text.matchAll(/(?:npx |`)avow ([a-z]+)(?: ([a-z]+(?:-[a-z]+)*))?/g)]
    .map(([, noun = '', verb = '']) => [noun, `${noun} ${verb}`])
    .filter((names) => !names.some((name) => known.commands.has(name)))
    .map(([, longer = '']) => `command avow ${longer.trim()}`)
  const scripts = [...text.matchAll(/npm run ([a-z-]+(?: -w [a-z]+)?)/g)]
    .map((match) => match[1] ?? '')
    .filter((script) => !known.scripts.has(script))
  return [...commands, ...scripts.map((script) => `script ${script}`)]
}

interface Manifest {
  readonly scripts?: Record<string, string>
  readonly workspaces?: readonly string[]
}

const readManifest = (folder: string): Manifest => JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'))

const scriptsOf = ({ scripts = {} }: Manifest): string[] => Object.keys(scripts)

function knownHere(root: string): Known {
  const manifest = readManifest(root)
  const inRooms = (manifest.workspaces ?? []).flatMap((room) =>
    scriptsOf(readManifest(path.join(root, room))).map((script) => `${script} -w ${room}`),
  )
  const commands = nouns.flatMap((noun) =>
    noun.kind === 'command' ? [noun.name] : Object.keys(noun.verbs).map((verb) => `${noun.name} ${verb}`),
  )
  const scripts = new Set([...scriptsOf(manifest), ...inRooms])
  return { commands: new Set([...commands, 'completion', 'ready']), scripts }
}

if (isMain(import.meta.url)) {
  const root = path.resolve(import.meta.dirname, '..')
  reportCheck(checkDocs(root, knownHere(root)), 'documents')
}

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { type CheckResult, isMain, reportCheck } from './report-check.ts'

const skippedFolders = new Set(['node_modules', 'dist', '.git', '.cache', '.avow', 'cache', 'coverage', 'results'])
const sourceFile = /\.(ts|tsx|mjs|js|css|sql|sh|py|yaml|yml|vue|html)$/
const vagueName = /(^|\/)(utils?|helpers?|common|managers?|services?)(\/|\.[a-z]+$)/
const resolvedSomewhere = /"resolved": "https?:/

/** Written so that this file does not contain what it looks for. */
const forbidden: { pattern: RegExp; rule: string }[] = [
  {
    pattern: new RegExp(
      `(//|/\\*|^\\s*\\*|#|--).*\\b(${['TO', 'FIX', 'XX'].map((half, at) => half + ['DO', 'ME', 'X'][at]).join('|')})\\b`,
    ),
    rule: 'work that was put off: do it, or say it in the README',
  },
  {
    pattern: new RegExp(`${'biome'}-ignore|${'eslint'}-disable|@ts-${'ignore'}|@ts-${'nocheck'}`),
    rule: 'a lint that was switched off: satisfy it, or change the rule for everybody',
  },
]

/** Rules that no linter has: names that explain nothing, work put off, lints switched off, pinned download places. */
export function checkHouse(root: string): CheckResult {
  const files = filesOf(root, '')
  const violations: string[] = []
  for (const file of files) {
    if (vagueName.test(file)) violations.push(`${file}: name it after what it does`)
    const isLock = file.endsWith('package-lock.json')
    if (!isLock && !sourceFile.test(file)) continue
    const text = readFileSync(path.join(root, file), 'utf8')
    if (isLock && resolvedSomewhere.test(text))
      violations.push(`${file}: names a place to download from; remove "resolved"`)
    if (!isLock) violations.push(...forbiddenIn(file, text))
  }
  return { examined: files.length, violations }
}

function forbiddenIn(file: string, text: string): string[] {
  const lines = text.split('\n')
  return forbidden.flatMap(({ pattern, rule }) =>
    lines.flatMap((line, at) => (pattern.test(line) ? [`${file}:${at + 1} ${rule}`] : [])),
  )
}

function filesOf(root: string, folder: string): string[] {
  const absolute = path.join(root, folder)
  if (!existsSync(absolute)) return []
  return readdirSync(absolute).flatMap((name) => {
    const relative = path.posix.join(folder, name)
    if (statSync(path.join(root, relative)).isFile()) return [relative]
    return skippedFolders.has(name) ? [] : filesOf(root, relative)
  })
}

if (isMain(import.meta.url)) reportCheck(checkHouse(path.resolve(import.meta.dirname, '..')), 'files')

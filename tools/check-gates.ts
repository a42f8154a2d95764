import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { type GateRule, gateRules } from './gate-rules.ts'
import { type CheckResult, isMain, reportCheck } from './report-check.ts'

const checkedFolder = 'server/src'

/**
 * Reads every TypeScript file of the server under `root` (absolute) and reports what goes around a gate.
 * `rules` are an argument for the tests' sake.
 */
export function checkGates(root: string, rules: readonly GateRule[] = gateRules): CheckResult {
  const files = typeScriptFiles(root)
  const violations: string[] = []
  const usedExceptions = new Set<string>()
  for (const file of files) {
    for (const { rule, line } of findingsIn(root, file, rules)) {
      if (file.startsWith(rule.home)) continue
      const exception = Object.keys(rule.exceptions).find((place) => isWithin(file, place))
      if (exception !== undefined) usedExceptions.add(`${rule.name} ${exception}`)
      else violations.push(`${file}:${line} ${rule.name}: ${rule.instead}`)
    }
  }
  for (const rule of rules) {
    for (const place of Object.keys(rule.exceptions)) {
      if (!usedExceptions.has(`${rule.name} ${place}`))
        violations.push(`${place} ${rule.name}: no longer needs its exception`)
    }
  }
  return { examined: files.length, violations }
}

function isWithin(file: string, place: string): boolean {
  return place.endsWith('/') ? file.startsWith(place) : file === place
}

/** Tests, and what only tests use: `*.test.ts`, `test-*.ts`, `mock-*.ts`. */
const testFile = /\.test\.tsx?$|\/(test|mock)-[^/]+\.ts$/

function typeScriptFiles(root: string): string[] {
  const folder = path.join(root, checkedFolder)
  if (!existsSync(folder)) return []
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return names
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => path.posix.join(checkedFolder, name))
    .sort()
}

function findingsIn(root: string, file: string, rules: readonly GateRule[]): { rule: GateRule; line: number }[] {
  const source = ts.createSourceFile(file, readFileSync(path.join(root, file), 'utf8'), ts.ScriptTarget.Latest, true)
  const applicable = rules.filter((rule) => rule.tests === 'covered' || !testFile.test(file))
  const bound = declaredNames(source)
  const findings: { rule: GateRule; line: number }[] = []
  const visit = (node: ts.Node): void => {
    for (const rule of applicable) {
      if (!rule.matches(node, bound)) continue
      findings.push({ rule, line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return findings
}

/** Every name that the file declares as an import, a variable, a parameter or a function. */
function declaredNames(source: ts.SourceFile): Set<string> {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isBindingElement(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isImportSpecifier(node)
    if (declares && node.name && ts.isIdentifier(node.name)) names.add(node.name.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
}

if (isMain(import.meta.url)) reportCheck(checkGates(path.resolve(import.meta.dirname, '..')), 'files')

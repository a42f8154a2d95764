import { existsSync } from 'node:fs'
import path from 'node:path'
import { cruise, type ICruiseResult } from 'dependency-cruiser'
import { borderRules, rooms } from './border-rules.ts'
import { type CheckResult, isMain, reportCheck } from './report-check.ts'

/**
 * Follows every import of the repository under `root` (absolute) and compares it with border-rules.ts.
 * Type-only imports count too. Workspaces are seen at their real paths.
 */
export async function checkBorders(root: string): Promise<CheckResult> {
  const folders = [...Object.keys(rooms), 'tools'].filter((room) => existsSync(path.join(root, room)))
  if (folders.length === 0) return { examined: 0, violations: [] }
  const { output } = await cruise(folders, {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: borderRules },
    outputType: 'json',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|\\.vitepress/cache|coverage)/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.d.ts', '.json'],
    },
  })
  const result: ICruiseResult = typeof output === 'string' ? JSON.parse(output) : output
  const comments = new Map(borderRules.map((rule) => [rule.name, rule.comment]))
  const ours = result.modules.filter((found) => !found.source.includes('node_modules') && !found.coreModule)
  return {
    examined: ours.filter((found) => !found.couldNotResolve).length,
    violations: result.summary.violations.map((found) => {
      const cycle = found.cycle ? ` (${found.cycle.map((step) => step.name).join(' -> ')})` : ''
      return `${found.from} -> ${found.to}${cycle}\n  ${found.rule.name}: ${comments.get(found.rule.name)}`
    }),
  }
}

if (isMain(import.meta.url)) reportCheck(await checkBorders(path.resolve(import.meta.dirname, '..')), 'modules')

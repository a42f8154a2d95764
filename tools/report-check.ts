import { pathToFileURL } from 'node:url'

/** What a repository check found. A check that examined nothing has failed: it cannot have seen a violation. */
export interface CheckResult {
  /** How many files or modules were read. */
  examined: number
  /** One line each: where and what. */
  violations: string[]
}

/** Whether the module with this import.meta.url was started by `node FILE`, not imported. */
export function isMain(moduleUrl: string): boolean {
  return moduleUrl === pathToFileURL(process.argv[1] ?? '').href
}

/** Prints a check's result and sets the exit code. `noun` names what was examined, in the plural. */
export function reportCheck(result: CheckResult, noun: string): void {
  for (const violation of result.violations) console.error(violation)
  console.error(`${result.examined} ${noun} examined, ${result.violations.length} violations`)
  if (result.examined === 0) console.error(`Nothing was examined, so nothing is proven.`)
  process.exitCode = hasPassed(result) ? 0 : 1
}

/** Whether the check looked at something and found nothing wrong. */
export function hasPassed(result: CheckResult): boolean {
  return result.examined > 0 && result.violations.length === 0
}

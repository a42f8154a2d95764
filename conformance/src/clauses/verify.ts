import type { RunningAvow } from '../start-avow.ts'

/** A clause as `avow policy verify --json` prints it. */
export interface ReportedClause {
  readonly id: string
  readonly state: string
  readonly rule: string
  readonly figure: string | null
  readonly reason: string | null
}

/** Runs every check now, by the CLI. */
export const verify = async (avow: RunningAvow): Promise<ReportedClause[]> => {
  const { stdout, stderr } = await avow.cli(['policy', 'verify', '--json'])
  const { clauses } = (stdout.startsWith('{') ? JSON.parse(stdout) : {}) as { clauses?: ReportedClause[] }
  if (clauses === undefined) throw new Error(`avow policy verify: ${stderr}${stdout}`)
  return clauses
}

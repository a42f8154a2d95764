import { command, one } from '../../command.ts'
import { exitCodes, ResultFailure } from '../../failure.ts'
import { harmless } from '../../terminal.ts'
import { settingsText } from './plan-text.ts'
import { readPlan } from './read-plan.ts'

export const lintPlan = command({
  summary: 'Find what a deployment plan may not set under the policy in force (officer)',
  args: { file: one('a plan, as YAML') },
  examples: [['avow plan lint acme.yaml', 'says what it sets and what it may not; changes nothing']],
  run: async (session, { file }) => {
    const source = await readPlan(session, file)
    const result = await session.must(session.api().POST('/api/v1/privacy/plans/lint', { body: { source } }))
    const errors = result.findings.filter(({ severity }) => severity === 'error').length
    session.print(
      result,
      () =>
        result.findings
          .map(({ line, column, severity, message, hint }) => {
            const colour = severity === 'error' ? session.paint.red : session.paint.yellow
            const more = hint === null ? '' : `\n    ${session.paint.dim(harmless(hint))}`
            return `${harmless(file)}:${line}:${column}: ${colour(severity)}: ${harmless(message)}${more}\n`
          })
          .join('') + settingsText(result.settings, session.paint),
    )
    if (errors > 0)
      throw new ResultFailure(`${errors} ${errors === 1 ? 'error' : 'errors'} in ${file}`, exitCodes.failed)
  },
})

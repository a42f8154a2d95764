import { command } from '../../command.ts'
import { harmless } from '../../terminal.ts'

export const showPolicy = command({
  summary: 'Show the policy in force, as people may read it',
  examples: [['avow policy show', 'promises, retention, contacts']],
  run: async (session) => {
    const policy = await session.must(session.api().GET('/api/v1/policy'))
    session.print(policy, () => {
      const { bold, dim } = session.paint
      return `${[
        `${bold(harmless(policy.name))} (${harmless(policy.id)}), version ${harmless(policy.version)}, in force since ${harmless(policy.effective)}`,
        `Operator: ${harmless(policy.operator)}; minimum age: ${policy.minimumAge}`,
        ...policy.contacts.map(({ role, address }) => `${harmless(role)}: ${harmless(address)}`),
        dim(`SHA-256 of the file: ${policy.hash}`),
        '',
        bold('Kept for'),
        ...policy.retention.map(
          ({ retentionClass, period, trigger }) => `  ${retentionClass}: ${period}, from ${trigger}`,
        ),
        '',
        bold('Promises'),
        ...policy.clauses.map(({ id, kind, promise }) => `  ${id} ${dim(`(${kind})`)} ${harmless(promise)}`),
      ].join('\n')}\n`
    })
  },
})

import { command, one, switchFlag, textFlag } from '../../command.ts'
import { CliFailure, exitCodes, Interrupted, usageFailure } from '../../failure.ts'
import type { Session } from '../../session.ts'
import { harmless } from '../../terminal.ts'
import { shownTime } from '../../time.ts'

/** The policy's words, after the person said that they are true. */
const confirmedWords = async (session: Session, name: string, isConfirmed: boolean): Promise<string> => {
  const { items } = await session.must(session.api().GET('/api/v1/privacy/attestations'))
  const wanted = items.find((item) => item.name === name)
  if (wanted === undefined)
    throw new CliFailure(
      `The policy wants no attestation ${name}`,
      exitCodes.notFound,
      'See what it wants: avow attestation list',
    )
  if (isConfirmed) return wanted.statement
  const question = `In the role ${wanted.role}: ${harmless(wanted.statement)}`
  if (!session.world.terminal.isInteractive)
    throw usageFailure(`${question}. Nobody is there to say so.`, 'Repeat it with --confirm if it is true.')
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({
    message: `${question}. Is it true?`,
    initialValue: false,
    output: session.world.terminal.errors,
  })
  if (isCancel(answer)) throw new Interrupted()
  if (!answer) throw new CliFailure('Nothing was stated', exitCodes.failed)
  return wanted.statement
}

export const attest = command({
  summary: 'State what the policy wants stated by people (staff in its role)',
  details:
    'States what the policy wants stated, in the role that it names. It counts from now, for the validity of the policy; before it ends a mail reminds those who may renew it.',
  args: { name: one('the attestation’s name in the policy') },
  flags: {
    statement: textFlag('--statement <text>', 'the policy’s words, which you thereby state'),
    confirm: switchFlag('--confirm', 'state the policy’s words as they are, without being asked'),
    note: textFlag('--note <text>', 'what it rests on, such as the number of a report'),
  },
  examples: [
    ['avow attest confidentiality', 'shows the words and asks'],
    ['avow attest hardening --confirm --note "report 2026-11"', 'for scripts of the person in that role'],
  ],
  run: async (session, { name, statement, confirm, note }) => {
    const words = statement ?? (await confirmedWords(session, name, confirm))
    const body = { statement: words, ...(note === undefined ? {} : { note }) }
    const params = { path: { name } }
    const made = await session.must(session.api().POST('/api/v1/privacy/attestations/{name}', { params, body }))
    session.print(
      made,
      () => `Stated ${made.name} in the role ${made.role}, valid until ${shownTime(made.validUntil)}.\n`,
    )
  },
})

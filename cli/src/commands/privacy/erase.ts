import { command, listFlag, switchFlag, textFlag } from '../../command.ts'
import { confirm } from '../../confirm.ts'
import { CliFailure, exitCodes, usageFailure } from '../../failure.ts'
import { askSecret, firstLineOfInput } from '../../question.ts'
import type { Session } from '../../session.ts'
import { counted } from '../../table.ts'
import { harmless } from '../../terminal.ts'
import { periodWords, shownTime } from '../../time.ts'

const fates = { erased: 'goes with you', 'needs-decision': 'nobody else owns it', stays: 'stays: others own it' }

const previewOf = (session: Session) => session.must(session.api().GET('/api/v1/me/erasure/preview'))
type Preview = Awaited<ReturnType<typeof previewOf>>

const begins = (delay: string): string =>
  /^P(T?0[A-Z])+$/.test(delay) ? 'as soon as you ask' : `${periodWords(delay)} after you ask`

/** What stays of theirs, and how much else is kept that has nothing of theirs. */
const keptLines = (kept: Preview['kept']): string[] => {
  const theirs = kept.filter(({ rows }) => rows > 0)
  const others = kept.length - theirs.length
  return [
    ...theirs.map(
      (one) =>
        `  ${one.what}: ${counted(one.rows, 'row')} ${one.how}, ${periodWords(one.period)}: ${one.why} (${one.table})`,
    ),
    ...(others === 0
      ? []
      : [`  ${others} more tables are kept so; nothing of yours is in them now (--json lists them).`]),
  ]
}

/** @param delay instead of the policy's */
const shown = (preview: Preview, delay = preview.delay): string =>
  [
    preview.irreversible,
    `It begins ${begins(delay)} and is done within ${periodWords(preview.deadline)}; until it begins you can cancel it.`,
    'Removed:',
    ...preview.removed.map(({ table, what, rows }) => `  ${what}: ${counted(rows, 'row')} (${table})`),
    'Kept:',
    ...keptLines(preview.kept),
    ...(preview.held ? ['  A legal hold keeps a part until it is released.'] : []),
    ...(preview.organisations.length === 0 ? [] : ['Organisations:']),
    ...preview.organisations.map((one) => `  ${harmless(one.name)} (${one.id}): ${fates[one.fate]}`),
    ...(preview.blocked === null ? [] : [`Not possible now: ${preview.blocked}`]),
    '',
  ].join('\n')

const requireDecided = (preview: Preview, closing: readonly string[]): void => {
  const open = preview.organisations.filter(({ id, fate }) => fate === 'needs-decision' && !closing.includes(id))
  if (open.length === 0) return
  const named = open.map(({ id, name }) => `${harmless(name)} (${id})`).join(', ')
  const todo = 'Make another member an owner (avow member role), or give --close-organisation ID.'
  throw new CliFailure(`Nobody else owns ${named}`, exitCodes.failed, todo)
}

export const eraseMe = command({
  summary: 'Have everything about you erased, see first what that does, or cancel it',
  details:
    'Shows what goes and what law keeps, then asks for your password again. Nothing happens before the time that it prints; until then --cancel takes it back. After that it cannot be undone. The receipt’s address is shown once and works without an account: keep it.',
  flags: {
    me: switchFlag('--me', 'yes, about yourself'),
    preview: switchFlag('--preview', 'only show what it would do'),
    cancel: switchFlag('--cancel', 'take an erasure back that has not begun'),
    closeOrganisation: listFlag('--close-organisation <id>', 'close this organisation with it; may be repeated'),
    delay: textFlag('--delay <duration>', 'ISO 8601 duration until it begins, instead of the policy’s'),
    passwordStdin: switchFlag('--password-stdin', 'read the password from the first line of standard input'),
    code: textFlag('--code <code>', 'six digits of the authenticator app, or a backup code'),
  },
  takes: ['confirmation'],
  examples: [
    ['avow privacy erase --me --preview', 'what would go, and what is kept and why'],
    ['avow privacy erase --me', 'begins after the delay of the policy'],
    ['avow privacy erase --me --delay PT0S --yes --password-stdin < password.txt', 'at once, for scripts'],
    ['avow privacy erase --me --cancel', 'takes it back'],
  ],
  run: async (session, input) => {
    if (!input.me) throw usageFailure('Whom? Give --me', 'It erases your own account and nobody else’s.')
    if (input.cancel) {
      const cancelled = await session.must(session.api().POST('/api/v1/me/erasure/cancel'))
      session.print(cancelled, () => 'Cancelled. Nothing was erased.\n')
      return
    }
    const preview = await previewOf(session)
    if (input.preview) {
      session.print(preview, () => shown(preview, input.delay))
      return
    }
    if (!session.common.json) session.note(shown(preview, input.delay))
    requireDecided(preview, input.closeOrganisation)
    await confirm(session, 'Erase everything about you from this cloud? It cannot be undone.')
    const password = input.passwordStdin
      ? await firstLineOfInput(session.world.terminal.input)
      : await askSecret(session, 'Password')
    const { code, delay, closeOrganisation: closeOrganisations } = input
    const chosen = { ...(code === undefined ? {} : { code }), ...(delay === undefined ? {} : { delay }) }
    const body = { password, confirmation: preview.confirmation, closeOrganisations, ...chosen }
    const asked = await session.must(session.api().POST('/api/v1/me/erasure', { body }))
    session.print(
      asked,
      () =>
        `It begins ${shownTime(asked.startsAt)}; until then: avow privacy erase --me --cancel\nYour receipt, shown once: ${asked.receiptUrl ?? ''}\nIts file later: avow privacy receipt ${asked.receiptToken ?? 'TOKEN'} --out erased.tlog-proof\n`,
    )
  },
})

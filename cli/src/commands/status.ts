import { command } from '../command.ts'
import { exitCodes, ResultFailure } from '../failure.ts'
import type { Session } from '../session.ts'
import { harmless } from '../terminal.ts'

/** One part of the server, as `/readyz` names it. */
interface Part {
  readonly name: string
  readonly ok: boolean
  readonly state: string
}

const partsOf = async (response: Response): Promise<readonly Part[]> => {
  const body = (await response.json().catch(() => null)) as { parts?: Part[] } | null
  return body?.parts ?? []
}

/** What the server says about itself; null while its database is away. */
const aboutServer = async (session: Session) => (await session.api().GET('/api/v1/meta')).data ?? null

const mailText = { smtp: 'sent by SMTP', outbox: 'kept in the outbox (avow outbox list)' } as const

const statusText = (
  session: Session,
  server: {
    readonly ready: boolean
    readonly parts: readonly Part[]
    readonly about: Awaited<ReturnType<typeof aboutServer>>
  },
): string => {
  const { url, token, project } = session.connection()
  const { green, red } = session.paint
  const { about } = server
  const lines = [
    `Server:  ${url.value} (from ${url.from})`,
    `You:     ${token === undefined ? 'not signed in' : `signed in by ${token.from}`}`,
    ...(project === undefined ? [] : [`Project: ${project.value} (from ${project.from})`]),
    `State:   ${server.ready ? green('ready') : red('not ready')}`,
    ...server.parts.map(
      ({ name, ok, state }) => `  ${ok ? green('✓') : red('✗')} ${harmless(name)}: ${harmless(state)}`,
    ),
  ]
  if (about !== null) {
    const { version, policy, mail } = about
    lines.push(
      `Version: ${harmless(version)}`,
      `Policy:  ${harmless(policy.name)} (${harmless(policy.id)} ${harmless(policy.version)})`,
      `Mail:    ${mailText[mail]}`,
    )
  }
  return `${lines.join('\n')}\n`
}

export const status = command({
  summary: 'Show which server is asked and whether it answers',
  examples: [['avow status', 'address, version, policy, health of the parts']],
  run: async (session) => {
    const { url, token, project, organisation } = session.connection()
    const ask = (path: string) => session.fetch(`${url.value}${path}`)
    const [health, readiness, about] = await Promise.all([ask('/healthz'), ask('/readyz'), aboutServer(session)])
    const parts = await partsOf(readiness)
    const value = {
      url: url.value,
      urlFrom: url.from,
      tokenFrom: token?.from ?? null,
      project: project?.value ?? null,
      projectFrom: project?.from ?? null,
      organisation: organisation?.value ?? null,
      healthy: health.ok,
      ready: readiness.ok,
      parts,
      ...about,
    }
    session.print(value, () => statusText(session, { ready: readiness.ok, parts, about }))
    if (!readiness.ok) {
      throw new ResultFailure(
        'The server is not ready',
        exitCodes.unreachable,
        'A part is away; it is tried again by itself.',
      )
    }
  },
})

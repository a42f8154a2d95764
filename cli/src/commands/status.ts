import { command } from '../command.ts'
import { exitCodes, ResultFailure } from '../failure.ts'
import { harmless } from '../terminal.ts'

export const status = command({
  summary: 'Show which server is asked and whether it answers',
  examples: [['avow status', 'address, version, policy, health of the parts']],
  run: async (session) => {
    const { url, token, project, organisation } = session.connection()
    const ask = (path: string) => session.fetch(`${url.value}${path}`)
    const [health, ready, meta] = await Promise.all([
      ask('/healthz'),
      ask('/readyz'),
      session.must(session.api().GET('/api/v1/meta')),
    ])
    const parts: unknown = await ready.json().catch(() => null)
    const value = {
      url: url.value,
      urlFrom: url.from,
      tokenFrom: token?.from ?? null,
      project: project?.value ?? null,
      projectFrom: project?.from ?? null,
      organisation: organisation?.value ?? null,
      healthy: health.ok,
      ready: ready.ok,
      parts,
      ...meta,
    }
    session.print(value, () => {
      const { green, red } = session.paint
      return `${[
        `Server:  ${url.value} (from ${url.from})`,
        `You:     ${token === undefined ? 'not signed in' : `signed in by ${token.from}`}`,
        ...(project === undefined ? [] : [`Project: ${project.value} (from ${project.from})`]),
        `Health:  ${health.ok ? green('answers') : red('fails')}, ${ready.ok ? green('ready') : red('not ready')}`,
        `Version: ${harmless(meta.version)}`,
        `Policy:  ${harmless(meta.policy.name)} (${harmless(meta.policy.id)} ${harmless(meta.policy.version)})`,
        `Mail:    ${meta.mail === 'smtp' ? 'sent by SMTP' : 'kept in the outbox (avow outbox list)'}`,
      ].join('\n')}\n`
    })
    if (!ready.ok)
      throw new ResultFailure(
        'The server is not ready',
        exitCodes.unreachable,
        `${url.value}/readyz says which part is missing.`,
      )
  },
})

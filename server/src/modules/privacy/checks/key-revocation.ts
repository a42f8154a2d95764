import { addDuration } from '@avow/policy'
import { sql } from 'drizzle-orm'
import { type Check, type CheckedSystem, finding } from '../check.ts'
import { withPeople } from '../probe-people.ts'

const channel = 'api_key_changed'

/** Whether a revoked key is looked up as such. */
const revokeAndFind = (system: CheckedSystem): Promise<{ worked: boolean; refused: boolean }> =>
  withPeople(system, async (world) => {
    const person = await world.join()
    const keys = `/projects/${person.projectId}/keys`
    const { id, secret } = (await world.request('POST', keys, { token: person.token, body: { name: 'probe' } }))
      .body as { id: string; secret: string }
    const before = await world.identity.api.keyDirectory.find(secret)
    await world.request('DELETE', `${keys}/${id}`, { token: person.token })
    const after = await world.identity.api.keyDirectory.find(secret)
    return { worked: before?.state === 'active', refused: after === null || after.state === 'revoked' }
  })

/** How long the word of a change takes to the running gateways, ms; null when it does not come in time. */
const hearChange = async ({ clock, database, keys }: CheckedSystem, withinMs: number): Promise<number | null> => {
  const startedMs = clock.monotonicMs()
  const word = `probe-${startedMs}`
  let stop: () => void = () => undefined
  let timer: NodeJS.Timeout | undefined
  const heard = new Promise<number | null>((resolve) => {
    stop = keys.onChange((keyId) => {
      if (keyId === word) resolve(clock.monotonicMs() - startedMs)
    })
    timer = setTimeout(resolve, withinMs, null)
  })
  try {
    await database.direct.execute(sql`select pg_notify(${channel}, ${word})`)
    return await heard
  } finally {
    clearTimeout(timer)
    stop()
  }
}

/** Triggers that tell gateways of changes of keys, switched on. */
const countTriggers = async ({ database }: CheckedSystem): Promise<number> => {
  const { rows } = await database.direct.execute<{ n: string }>(
    sql`select count(*) as n from pg_trigger t join pg_proc p on p.oid = t.tgfoid where t.tgrelid = 'api_key'::regclass and not t.tgisinternal and t.tgenabled in ('O', 'A') and p.prosrc like ${`%${channel}%`}`,
  )
  return Number(rows[0]?.n ?? 0)
}

/** Revokes a key, and measures how long word of a change takes to the running gateways. */
export const keyRevocation: Check<'api-key-revocation'> = {
  name: 'key-revocation',
  run: async (_rule, system) => {
    const now = system.clock.now()
    const withinMs = addDuration(now, system.policy.apiKeyRevocation).getTime() - now.getTime()
    const key = await revokeAndFind(system)
    const heardMs = await hearChange(system, withinMs)
    const violations = [
      ...(key.refused ? [] : ['a revoked key is still looked up as active']),
      ...((await countTriggers(system)) > 0 ? [] : ['no trigger tells of changes of keys']),
      ...(heardMs === null ? [`the running gateways did not hear of a change within ${withinMs} ms`] : []),
    ]
    const figure =
      heardMs === null
        ? 'a change was not heard'
        : `a change was heard after ${heardMs.toFixed(1)} ms of ${withinMs} ms`
    return key.worked
      ? finding(3, violations, figure)
      : finding(0, violations, figure, 'a key that nobody revoked does not work either')
  },
}

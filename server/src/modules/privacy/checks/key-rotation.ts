import { type Check, finding } from '../check.ts'
import { withPeople } from '../probe-people.ts'

const overlapSeconds = 3600

/** Rotates a key with an overlap and looks up what gateways are told about both. */
export const keyRotation: Check<'api-key-rotation'> = {
  name: 'key-rotation',
  run: (_rule, system) =>
    withPeople(system, async (world) => {
      const person = await world.join()
      const keys = `/projects/${person.projectId}/keys`
      const created = await world.request('POST', keys, { token: person.token, body: { name: 'probe' } })
      const old = created.body as { id: string; secret: string }
      const beforeMs = system.clock.nowMs()
      const rotated = await world.request('POST', `${keys}/${old.id}/rotate`, {
        token: person.token,
        body: { overlapSeconds },
      })
      const afterMs = system.clock.nowMs()
      const { find } = world.identity.api.keyDirectory
      const [first, second] = [await find(old.secret), await find((rotated.body as { secret: string }).secret)]
      const endsMs = first?.expiresAtMs ?? Number.POSITIVE_INFINITY
      const violations = [
        ...(endsMs > afterMs + overlapSeconds * 1000 ? ['the old key outlives the overlap'] : []),
        ...(endsMs < beforeMs + overlapSeconds * 1000 ? ['the old key ends before the overlap does'] : []),
        ...(second?.state === 'active' && second.expiresAtMs === null ? [] : ['the new key does not work']),
        ...(second?.keyId === first?.keyId ? ['the new key is the old one'] : []),
      ]
      return finding(2, violations, `a key rotated with an overlap of ${overlapSeconds} s, both looked up`)
    }),
}

import { choiceOf } from '../../../platform/gates/index.ts'
import { type Check, type CheckedSystem, finding } from '../check.ts'
import { withPeople } from '../probe-people.ts'

const headerOf = { gpc: 'sec-gpc', dnt: 'dnt' } as const

/** Whether the resource says that the signal is obeyed (W3C Global Privacy Control, section 4). */
const isPublished = async ({ call }: Pick<CheckedSystem, 'call'>): Promise<boolean> => {
  const { status, body } = await call({ method: 'GET', path: '/.well-known/gpc.json' })
  return status === 200 && (body as { gpc?: unknown } | null)?.gpc === true
}

/** Sends each signal of the policy as one person, refuses in the account as another, and sees that analysis is over for both alone. */
export const trackingRefusal: Check<'tracking-refusal'> = {
  name: 'tracking-refusal',
  run: async (_rule, system) => {
    const signals = system.policy.source.signals ?? []
    const violations = await withPeople(system, async ({ tx, join, request }) => {
      const found: string[] = []
      const isStopped = async (personId: string) =>
        (await system.gates.purpose.stop(tx, personId, 'analytics')) !== null
      const silent = await join()
      for (const signal of signals) {
        const who = await join()
        if (await isStopped(who.personId)) return ['analysis is over for somebody who refused nothing']
        await request('GET', '/me', { token: who.token, headers: { [headerOf[signal]]: '1' } })
        if (!(await isStopped(who.personId))) found.push(`the signal ${signal} does not end analysis of a person`)
      }
      await request('GET', '/me', { token: silent.token, headers: { 'sec-gpc': '0', dnt: '0' } })
      if (await isStopped(silent.personId)) found.push('the signal of one person ends analysis of another')
      const { personId } = silent
      const word = { personId, purpose: 'analytics' } as const
      if (choiceOf(system.policy, 'analytics') === 'consent')
        await system.gates.standing.recordConsent(tx, { ...word, state: 'withdrawn', how: 'api' })
      else await system.gates.standing.place(tx, { ...word, kind: 'objection', by: personId })
      if (!(await isStopped(silent.personId))) found.push('the setting of the account does not end analysis')
      return found
    })
    const published = signals.includes('gpc') ? await isPublished(system) : true
    if (!published) violations.push('/.well-known/gpc.json does not say that the signal is obeyed')
    const figure = `${signals.join(', ')} and a setting of the account tried; ${violations.length} without effect`
    const unseen = 'each refusal stops the purpose, but nothing analyses use yet (not built yet: aggregate analytics)'
    return finding(signals.length + 2, violations, figure, unseen)
  },
}

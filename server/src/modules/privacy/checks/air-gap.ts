import { type Check, count, finding } from '../check.ts'

/** Reads what this process connected to, and asks whether it could reach anybody, and still serves. */
export const airGap: Check<'air-gap'> = {
  name: 'air-gap',
  run: async (_rule, { call, connections }) => {
    const { own, outside } = connections.seen()
    const { status } = await call({ method: 'GET', path: '/api/v1/meta' })
    const figure = `${count(own, 'connection')} to our own, ${count(outside.length, 'host')} outside tried, the API answers ${status}`
    if (!connections.airGap)
      return finding(0, [], figure, 'AVOW_AIR_GAP is off: downloads and other parties are allowed')
    const violations = [
      ...(connections.isGuarding() ? [] : ['no guard is over the connections of this process']),
      ...(connections.mayReach('avow-probe.invalid') ? ['the guard lets a stranger be connected to'] : []),
      ...outside.filter(({ allowed }) => allowed > 0).map(({ host }) => `${host} was connected to`),
    ]
    const unseen = status === 200 ? null : 'the API does not answer, so nothing shows that the service runs'
    return finding(own + outside.length + 1, violations, figure, unseen)
  },
}

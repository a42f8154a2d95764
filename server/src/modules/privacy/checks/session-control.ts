import { type Check, finding } from '../check.ts'
import { withPeople } from '../probe-people.ts'

interface SessionItem {
  readonly id: string
  readonly current: boolean
}

/** Signs in twice, looks for both sessions in the list, ends one from the other and tries the ended one. */
export const sessionControl: Check<'sessions-revocable'> = {
  name: 'session-control',
  run: (_rule, system) =>
    withPeople(system, async (world) => {
      const person = await world.join()
      const second = await world.signIn(person.email, person.password)
      const token = (second.body as { token: string }).token
      const works = await world.request('GET', '/me', { token })
      const list = await world.request('GET', '/me/sessions', { token: person.token })
      const sessions = (list.body as { items: SessionItem[] }).items
      const other = sessions.find((session) => !session.current)
      if (other !== undefined) await world.request('DELETE', `/me/sessions/${other.id}`, { token: person.token })
      const ended = await world.request('GET', '/me', { token })
      const own = await world.request('GET', '/me', { token: person.token })
      const violations = [
        ...(sessions.length === 2 ? [] : [`${sessions.length} of 2 sessions are listed`]),
        ...(ended.code === 'not_signed_in' ? [] : ['a session goes on after it was ended']),
      ]
      const figure = `${sessions.length} sessions listed, one ended and tried`
      return works.code === null && own.code === null
        ? finding(3, violations, figure)
        : finding(0, violations, figure, 'a session that nobody ended does not work either')
    }),
}

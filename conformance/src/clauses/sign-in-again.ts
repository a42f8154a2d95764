import { ok, type Person } from '../people.ts'
import type { RunningAvow } from '../start-avow.ts'

/** Somebody with a session of now: a restore ends all that there were. */
export const signInAgain = async (avow: RunningAvow, { email, password }: Person) => {
  const body = { email, password, tokenWanted: true }
  const token = (await ok(avow.api(null).POST('/api/v1/auth/sign-in', { body }))).token ?? ''
  return { token, api: avow.api(token) }
}

import { createPerson, mailTo, ok, type Person } from '../../people.ts'
import { must, runJson, type Story } from '../story.ts'
import { announce, mailsTo } from './notices.ts'

const show = ({ api }: Person) => ok(api.GET('/api/v1/me/privacy/choices'))

/** Purposes that somebody's data serves now, as they are shown it. */
const usedBy = async (person: Person): Promise<string[]> =>
  (await show(person)).purposes.filter(({ used }) => used).map(({ purpose }) => purpose)

/** Purposes that somebody may end by withdrawing a consent, or by objecting. */
const openTo = async (person: Person, choice: 'consent' | 'objection'): Promise<string[]> =>
  (await show(person)).purposes.filter((one) => one.choice === choice).map(({ purpose }) => purpose)

const without = (all: readonly string[], one: string): string => all.filter((other) => other !== one).join()

const mustBe = async (person: Person, wanted: string, otherwise: string): Promise<void> => {
  const used = (await usedBy(person)).join()
  must(used === wanted, `${otherwise}: data serves ${used || 'nothing'} and not ${wanted || 'nothing'}`)
}

const consents: Story = {
  kinds: ['consent-withdrawal'],
  does: 'gives and withdraws each consent, and reads what the data serves, what is on record, and whether news still comes',
  run: async ({ avow }) => {
    const [person, other] = [await createPerson(avow, 'withdraws'), await createPerson(avow, 'says-nothing')]
    const asked = await openTo(person, 'consent')
    const others = (await usedBy(other)).join()
    for (const purpose of asked) {
      const consent = (said: 'give' | 'withdraw') =>
        runJson(avow, 'privacy', 'consent', said, purpose, '--token', person.token)
      await consent('give')
      const given = await usedBy(person)
      must(given.includes(purpose), `${purpose} does not begin with a consent`)
      await consent('withdraw')
      await mustBe(person, without(given, purpose), `after ${purpose} was withdrawn`)
      const { items } = await ok(person.api.GET('/api/v1/me/privacy/consents'))
      const said = items.filter((word) => word.purpose === purpose).map(({ state }) => state)
      must(said.join() === 'given,withdrawn', `of ${purpose} it is on record: ${said.join()}`)
    }
    await mustBe(other, others, 'somebody who said nothing')
    if (asked.includes('marketing')) {
      await announce(avow, 'marketing', 'News after a withdrawal')
      const got = await mailsTo(avow, person, 'marketing', 'News after a withdrawal')
      must(got === 0, 'news comes after the withdrawal')
    }
    return `${asked.length} consents (${asked.join(', ')}) given and withdrawn, each on record; nothing else ended, and no news came`
  },
}

const restrictions: Story = {
  kinds: ['restrict'],
  does: 'restricts the use of data and lifts it, objects to each purpose that is open to it, and reads what the data serves',
  run: async ({ avow }) => {
    const [person, other] = [await createPerson(avow, 'restricts'), await createPerson(avow, 'says-nothing')]
    const [before, others] = [await usedBy(person), (await usedBy(other)).join()]
    await runJson(avow, 'privacy', 'restrict', '--token', person.token)
    const left = before.filter((purpose) => purpose === 'legal' || purpose === 'security')
    await mustBe(person, left.join(), 'after a restriction')
    const { email } = await ok(person.api.GET('/api/v1/me'))
    must(email === person.email, 'a restriction takes data from whose it is')
    must((await mailTo(avow, person.email)).kind !== '', 'what is restricted is not stored any more')
    await runJson(avow, 'privacy', 'lift', 'restriction', '--token', person.token)
    await mustBe(person, before.join(), 'after the restriction was lifted')
    const open = await openTo(person, 'objection')
    for (const purpose of open) {
      await runJson(avow, 'privacy', 'object', purpose, '--token', person.token)
      await mustBe(person, without(before, purpose), `after an objection to ${purpose}`)
      await runJson(avow, 'privacy', 'lift', purpose, '--token', person.token)
      await mustBe(person, before.join(), `after an objection to ${purpose} was taken back`)
    }
    await mustBe(other, others, 'somebody who said nothing')
    const { items } = await ok(person.api.GET('/api/v1/me/requests'))
    const kept = items.filter(({ kind }) => kind === 'restriction' || kind === 'objection').length
    must(kept === 1 + open.length, `${kept} of ${1 + open.length} requests are on record`)
    return `of ${before.length} purposes ${left.length} were left under a restriction; ${open.length} objections (${open.join(', ') || 'none is open'}); all lifted, ${kept} requests on record`
  },
}

const limits: Story = {
  kinds: ['limit-use'],
  does: 'limits the use of sensitive data and lifts that, and reads which data it is and what the rest serves',
  run: async ({ avow, tested }) => {
    const person = await createPerson(avow, 'limits')
    const before = (await usedBy(person)).join()
    const labels = Object.values(tested.policy.source.categories).flatMap((one) => (one.sensitive ? [one.label] : []))
    await runJson(avow, 'privacy', 'limit', '--token', person.token)
    const { limit, sensitive } = await show(person)
    must(limit !== null && sensitive.join() === labels.join(), 'a person is not told what they limited')
    await mustBe(person, before, 'what is not sensitive, under a limit')
    await runJson(avow, 'privacy', 'lift', 'limit', '--token', person.token)
    must((await show(person)).limit === null, 'a limit that was lifted is shown as in force')
    return `${labels.length} categories limited (${labels.join(', ')}), everything else goes on`
  },
}

export const choiceStories: readonly Story[] = [consents, restrictions, limits]

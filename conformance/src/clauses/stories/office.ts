import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { hire } from '../../cast.ts'
import { createPerson, mailTo } from '../../people.ts'
import { newFolder } from '../../start-avow.ts'
import { must, runJson, type Story, staffHere } from '../story.ts'

const staffLooks: Story = {
  kinds: ['staff-access-recorded'],
  does: 'opens a mail to somebody as staff, with and without a case, and reads as that person who did',
  run: async ({ avow, tested }) => {
    const person = await createPerson(avow, 'looked-at')
    const { id } = await mailTo(avow, person.email)
    const why = ['--reason', 'they ask what we wrote', ...staffHere(tested)]
    must((await avow.cli(['outbox', 'show', id, ...why])).code !== 0, 'staff read mail without a case')
    const opened = await runJson(avow, 'outbox', 'show', id, ...why, '--ticket', '4711')
    must(typeof opened.text === 'string', 'a stated reason does not open the mail')
    const [newest] = (await runJson(avow, 'privacy', 'access', '--token', person.token)).items
    must(newest?.ticket === '4711' && newest.reads[0]?.object === id, 'the person is not told who read what, and why')
    const [recorded] = (await runJson(avow, 'access', 'list')).items
    must(recorded?.subjectId === person.id, 'the officer does not see the access')
    return '1 look without a case refused, 1 with one recorded, seen by the person and the officer'
  },
}

/** Nobody may be there under any reference policy. */
const astray = 'KP'

const looksFromAbroad: Story = {
  kinds: ['remote-access-recorded', 'transfers-recorded'],
  does: 'opens a mail as staff from nowhere, from a country that the policy does not name, and from each that it does',
  run: async ({ avow, tested }) => {
    const { allowed, transfers = [] } = tested.policy.source.regions
    if (allowed === 'any') return 'the policy knows no borders'
    const person = await createPerson(avow, 'looked-at-from-abroad')
    const { id } = await mailTo(avow, person.email)
    const open = ['outbox', 'show', id, '--reason', 'they ask what we wrote', '--ticket', '4712']
    must((await avow.cli(open)).code !== 0, 'staff may look without saying where they are')
    must((await avow.cli([...open, '--country', astray])).code !== 0, `staff may look from ${astray}`)
    const abroad = new Set(transfers.map(({ to }) => to).filter((to) => to !== tested.env.AVOW_REGION))
    const from = new Set([...allowed, ...abroad])
    for (const country of from) {
      await runJson(avow, ...open, '--country', country)
      const [newest] = (await runJson(avow, 'privacy', 'access', '--token', person.token)).items
      must(newest?.country === country, `the person does not see that staff looked from ${country}`)
      const { items } = await runJson(avow, 'transfer', 'list')
      const crossing = items.find(({ to }: { to: string }) => to === country)
      must(
        !abroad.has(country) || Boolean(crossing?.safeguard),
        `a look from ${country} is no transfer with a safeguard`,
      )
    }
    return `2 looks refused, ${from.size} from ${[...from].join(', ')} shown to the person, each from abroad in the register of transfers`
  },
}

const authorityAsks: Story = {
  kinds: ['authority-review', 'customer-told', 'disclosure-kinds'],
  does: 'answers an authority: alone, before the customer was told, and as it must be',
  run: async ({ avow, tested }) => {
    const subject = await createPerson(avow, 'subject')
    const { token: second = '' } = await hire(avow, 'privacy-officer', true)
    const about = ['--authority', 'District court', '--basis', 'order 12/26', '--person', subject.email]
    const record = ['disclosure', 'record', ...about, '--category', 'account.contact', '--country', 'AQ']
    if (tested.policy.source.regions.allowed !== 'any')
      must((await avow.cli(record)).code !== 0, 'an authority abroad is answered on no ground')
    const { id } = await runJson(avow, ...record, '--safeguard', 'treaty of the story')
    const wanted = ['--category', 'account.contact', '--note', 'the order names the address']
    await runJson(avow, 'disclosure', 'prepare', id, ...wanted)
    const review = ['disclosure', 'review', id, 'approved', '--reason', 'the order is valid']
    must((await avow.cli(review)).code !== 0, 'who prepared an answer reviews it')
    await runJson(avow, ...review, '--token', second)
    const file = join(newFolder(), 'package.tar.gz')
    const handOut = ['disclosure', 'hand-out', id, '--out', file, '--yes']
    must((await avow.cli(handOut)).code !== 0, 'data is handed out before the customer was told')
    await runJson(avow, 'disclosure', 'tell', id)
    await runJson(avow, ...handOut)
    must(gunzipSync(readFileSync(file)).toString().includes(subject.email), 'the package lacks what was approved')
    await runJson(avow, 'disclosure', 'close', id)
    if (tested.env.AVOW_REGION !== undefined) {
      const { items: crossings } = await runJson(avow, 'transfer', 'list')
      const isTreaty = ({ to, safeguard }: { to: string; safeguard: string }) =>
        to === 'AQ' && safeguard === 'treaty of the story'
      must(crossings.some(isTreaty), 'the border that the answer crossed is not recorded')
    }
    const [seen] = (await runJson(avow, 'privacy', 'authorities', '--token', subject.token)).items
    must(seen?.outcome === 'handed out', 'the customer does not see the answer')
    const { items } = await runJson(avow, 'privacy', 'disclosures', '--token', subject.token)
    const grounds = items.map(({ ground }: { ground: string }) => ground)
    must(grounds.includes('legal-requirement'), 'the person’s list of disclosures lacks it')
    return '1 review alone and 1 early hand-out refused, 1 package handed out and shown to the person'
  },
}

const statements: Story = {
  kinds: ['attest'],
  does: 'states what the policy wants stated, in each role, takes a statement back and states it again',
  run: async ({ avow, tested }) => {
    const wanted = Object.entries(tested.policy.source.attestations ?? {})
    for (const [name, { role }] of wanted) {
      if (role !== 'operator') await runJson(avow, 'attestation', 'appoint', avow.firstRun.operator.email, role)
      const otherWords = await avow.cli(['attest', name, '--statement', 'all is well'])
      must(otherWords.code !== 0, `${name} is taken in other words`)
      const { id } = await runJson(avow, 'attest', name, '--confirm')
      await runJson(avow, 'attestation', 'revoke', name, id, '--yes')
      const { state } = await runJson(avow, 'attest', name, '--confirm', '--note', 'report 12')
      must(state === 'in force', `${name} is ${state}`)
    }
    return `${wanted.length} statements in force, ${wanted.length} in other words refused`
  },
}

export const officeStories: readonly Story[] = [staffLooks, looksFromAbroad, authorityAsks, statements]

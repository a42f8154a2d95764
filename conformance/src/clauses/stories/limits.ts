import { createPerson, failure, goodPassword, newEmail, ok } from '../../people.ts'
import { searchFiles } from '../search-files.ts'
import { must, runJson, type Story } from '../story.ts'

/** Published test numbers, nobody's. */
const numbers = ['4111 1111 1111 1111', '5555 5555 5555 4444', 'A123456789', '219-09-9999']

const numbersOfPeople: Story = {
  kinds: ['never-hold'],
  does: 'writes numbers of cards and identity papers into fields of people and staff, and searches every file and the log',
  run: async ({ avow, tested }) => {
    const rule = tested.policy.rules.find(({ kind }) => kind === 'never-hold')
    const kinds = rule !== undefined && rule.kind === 'never-hold' ? rule.argument : []
    const wanted = [
      ...(kinds.includes('card-number') ? numbers.slice(0, 2) : []),
      ...(kinds.includes('government-id') ? numbers.slice(2) : []),
    ]
    const person = await createPerson(avow, 'careless')
    let refused = 0
    for (const number of wanted) {
      const renamed = await failure(person.api.PATCH('/api/v1/me', { body: { name: `Kim ${number}` } }))
      must(renamed.code === 'unwanted_content', `a name with ${number} is taken`)
      const signUp = { name: number, email: newEmail('id'), password: goodPassword, birthDate: '1990-05-17' }
      const joined = await failure(avow.api(null).POST('/api/v1/auth/sign-up', { body: signUp }))
      must(joined.code === 'unwanted_content', `a sign-up with ${number} is taken`)
      const held = await avow.cli(['hold', 'create', '--everyone', '--ground', `fraud with ${number}`])
      must(held.code !== 0, `a hold with ${number} is taken`)
      refused += 3
    }
    const { found, files } = searchFiles(avow.folder, wanted)
    must(found.size === 0, `a number is in ${[...found.values()].flat().join(', ')}`)
    const { stdout, stderr } = avow.output()
    for (const number of wanted) must(!(stdout + stderr).includes(number), `the log holds ${number}`)
    return `${refused} fields with ${wanted.length} numbers refused; 0 found in ${files} files and the log`
  },
}

const processing: Story = {
  kinds: ['processing-record'],
  does: 'reads the record of processing and compares it with the data map',
  run: async ({ avow }) => {
    const { activities, gaps } = await runJson(avow, 'policy', 'processing-record')
    must(gaps.length === 0, `gaps: ${gaps.join('; ')}`)
    const { items } = await ok(avow.api().GET('/api/v1/privacy/data-map'))
    const used = new Set(items.filter(({ category }) => category !== 'system').flatMap(({ purposes }) => purposes))
    const named = new Set(activities.map(({ purpose }: { purpose: string }) => purpose))
    for (const purpose of used) must(named.has(purpose), `the record lacks ${purpose}`)
    return `${activities.length} activities, ${used.size} purposes of columns among them, 0 gaps`
  },
}

export const limitStories: readonly Story[] = [numbersOfPeople, processing]

import { createHash } from 'node:crypto'
import { createPerson, failure, ok } from '../../people.ts'
import { newCanary } from '../plant-canaries.ts'
import { searchFiles } from '../search-files.ts'
import { must, type Story } from '../story.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const signing: Story = {
  kinds: ['processing-addendum'],
  does: 'reads the data processing addendum, signs another text and this one, and looks at the copy and at who else sees it',
  run: async ({ avow, tested, staying }) => {
    const owner = await createPerson(avow, 'signs')
    const organisationId = (await ok(owner.api.GET('/api/v1/organisations'))).items[0]?.id ?? ''
    const params = { path: { organisationId } }
    const { text, hash } = await ok(owner.api.GET('/api/v1/organisations/{organisationId}/addendum', { params }))
    const { operator, recipients } = tested.policy.source
    const facts = [operator.name, tested.policy.hash, ...recipients.map(({ name }) => name)]
    for (const fact of facts) must(text.includes(fact), `the addendum does not say ${fact}`)
    must(hash === sha256(text), 'the hash is not that of the text')
    const [signatory, title] = [newCanary(), newCanary()]
    const sign = (of: string) => {
      const body = { hash: of, signatory, title }
      return owner.api.POST('/api/v1/organisations/{organisationId}/addendum', { params, body })
    }
    must((await failure(sign(sha256('another text')))).code === 'conflict', 'another text can be signed')
    await ok(sign(hash))
    const copies = '/api/v1/organisations/{organisationId}/addenda'
    const { items } = await ok(owner.api.GET(copies, { params }))
    const [copy] = items
    must(items.length === 1 && copy?.text === text, 'the copy is not kept as it was signed')
    must(copy.signatory === signatory && copy.title === title, 'who signed is not on the copy')
    must((await failure(staying.person.api.GET(copies, { params }))).status === 404, 'somebody else sees the copy')
    const { found, files } = searchFiles(avow.folder, [signatory, title])
    must(found.size === 0, `who signed is in clear in ${[...found.values()].flat().join(', ')}`)
    return `${facts.length} facts of the policy in the text, 1 other text refused, 1 copy kept; who signed is in clear in 0 of ${files} files`
  },
}

export const addendumStories: readonly Story[] = [signing]

import { bodiesOf, type Customer, newCustomer } from '../../kept-bodies.ts'
import { failure, ok } from '../../people.ts'
import { newCanary } from '../plant-canaries.ts'
import { searchFiles } from '../search-files.ts'
import { must, type Story, until, type World } from '../story.ts'

/** A plain call, a stream, one that fails, and a response. */
const callModels = async ({ openai }: Customer, name: string, more: { readonly store?: false } = {}): Promise<void> => {
  const asked = (script: object) => ({
    model: 'mock',
    messages: [{ role: 'user' as const, content: JSON.stringify({ tokens: 2, name, ...script }) }],
    ...more,
  })
  await openai.chat.completions.create(asked({}))
  for await (const _ of await openai.chat.completions.create({ ...asked({}), stream: true }));
  await openai.chat.completions.create(asked({ status: 500 })).catch(() => undefined)
  await openai.responses.create({ model: 'mock', input: JSON.stringify({ tokens: 2, name }), ...more })
}

const mustBeNowhere = ({ avow }: World, text: string, when: string): void => {
  const { found } = searchFiles(avow.folder, [text])
  must(found.size === 0, `${when} stands in ${[...found.values()].flat().join(', ')}`)
  const { stdout, stderr } = avow.output()
  must(!(stdout + stderr).includes(text), `${when} is in the log`)
}

const refusedToAll = async (world: World, customer: Customer): Promise<string> => {
  const said = await failure(customer.bodies.keep(true))
  must(said.code === 'policy_refused', `keeping bodies is answered with ${said.status}`)
  const text = newCanary()
  await callModels(customer, text)
  mustBeNowhere(world, text, 'a prompt')
  return 'keeping bodies is refused, and 4 calls left nothing'
}

const keptBodies: Story = {
  kinds: ['bodies-stored', 'content-off-limits'],
  does: 'has a project keep bodies, sends some that it must not keep, and looks for them as others and on the disk',
  run: async (world) => {
    const { avow, tested, staying } = world
    const customer = await newCustomer(world.avow)
    if (tested.policy.bodies === 'never') return refusedToAll(world, customer)
    const { bodies, projectId } = customer
    const [before, kept, unwanted] = [newCanary(), newCanary(), newCanary()]
    await callModels(customer, before)
    await ok(bodies.keep(true))
    await callModels(customer, kept)
    await callModels(customer, unwanted, { store: false })
    await until(async () => (await bodies.list()).items.length >= 4, 10, 'what is to be kept is not there')
    const { items } = await bodies.list()
    must(items.length === 4, `${items.length} of 4 calls are kept`)
    for (const { id } of items) {
      const { request } = await ok(bodies.get(id))
      must(request.includes(kept), 'a body of another call is kept')
      for (const api of [staying.person.api, avow.api()]) {
        const { status } = await failure(bodiesOf(api, projectId).get(id))
        must(status === 404, `somebody else’s body is answered with ${status}`)
      }
    }
    for (const text of [before, kept, unwanted]) mustBeNowhere(world, text, 'a prompt')
    const first = items[0]?.id ?? ''
    must((await bodies.remove(first)).response.status === 204, 'a body cannot be deleted')
    must((await failure(bodies.get(first))).status === 404, 'a body that was deleted is there')
    return '12 calls, 4 kept and read by their project alone, 0 in clear; 1 deleted'
  },
}

const limitedBodies: Story = {
  kinds: ['limit-use'],
  does: 'limits the use of sensitive data, and looks what it still serves',
  run: async (world) => {
    const customer = await newCustomer(world.avow)
    const { person, bodies } = customer
    const isKeeping = world.tested.policy.bodies !== 'never'
    const text = newCanary()
    if (isKeeping) await ok(bodies.keep(true))
    await callModels(customer, text)
    await ok(person.api.POST('/api/v1/me/privacy/limit'))
    const { limit } = await ok(person.api.GET('/api/v1/me/privacy/choices'))
    must(limit !== null, 'a limit is not shown')
    await callModels(customer, text)
    if (isKeeping) {
      await until(async () => (await bodies.list()).items.length === 8, 10, 'the service does not go on under a limit')
      const [first] = (await bodies.list()).items
      const { request } = await ok(bodies.get(first?.id ?? ''))
      must(request.includes(text), 'a limit takes data from the person whose it is')
    }
    await ok(person.api.DELETE('/api/v1/me/privacy/limit'))
    return 'limited: the service goes on, and the person reads what is theirs'
  },
}

export const bodyStories: readonly Story[] = [keptBodies, limitedBodies]

import { type Endpoint, endpoints, staffRoles } from '@avow/contract'
import { hire } from '../../cast.ts'
import { openaiClient } from '../../inference.ts'
import { ok } from '../../people.ts'
import type { RunningAvow } from '../../start-avow.ts'
import { newCanary } from '../plant-canaries.ts'
import { must, runJson, type Story, type World } from '../story.ts'

const page = async (avow: RunningAvow, path: string): Promise<void> => {
  const answer = await fetch(`${avow.url}${path}`)
  must(answer.status === 200 && /<title>[^<]+</.test(await answer.text()), `${path} is no page: ${answer.status}`)
}

/** What is offered and can be used today, as somebody uses it who comes for it. */
const uses: Readonly<Record<string, (world: World) => Promise<void>>> = {
  website: ({ avow }) => page(avow, '/'),
  console: ({ avow }) => page(avow, '/sign-in'),
  docs: ({ avow }) => page(avow, '/docs/quickstart'),
  api: async ({ avow }) => {
    const { paths } = (await (await fetch(`${avow.url}/openapi.json`)).json()) as { paths: Record<string, unknown> }
    must(Object.keys(paths).length > 50, `${Object.keys(paths).length} paths of the API are described`)
    await ok(avow.api(null).GET('/api/v1/policy'))
  },
  cli: async ({ avow }) => {
    const { email } = await runJson(avow, 'whoami')
    must(email === avow.firstRun.operator.email, `the command line is ${email}`)
  },
  inference: async ({ avow, staying }) => {
    const messages = [{ role: 'user' as const, content: JSON.stringify({ tokens: 3, name: newCanary() }) }]
    const openai = openaiClient(avow, staying.apiKey)
    const { choices } = await openai.chat.completions.create({ model: 'mock', messages })
    must(choices[0]?.message.content === 'word0 word1 word2', `a model says ${choices[0]?.message.content}`)
  },
}

const offers: Story = {
  kinds: ['serves'],
  does: 'uses each thing that is offered and built: pages, API, command line, a model through the official client',
  run: async (world) => {
    const rule = world.tested.policy.rules.find(({ kind }) => kind === 'serves')
    const offered: readonly string[] = rule?.kind === 'serves' ? rule.argument : []
    for (const offer of offered) await uses[offer]?.(world)
    const used = offered.filter((offer) => uses[offer] !== undefined)
    return `${used.length} of ${offered.length} used (${used.join(', ')})`
  },
}

const content = ['user', 'systemPrompt', 'prompt', 'failedPrompt', 'instructions', 'metadata', 'input'] as const

const pathOf = ({ path }: Endpoint, ids: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => ids[name] ?? 'none')

const staffRead: Story = {
  kinds: ['content-off-limits'],
  does: 'reads every endpoint of staff in every role with a second factor, and looks for what people sent to models',
  run: async ({ avow, leaving, staying }) => {
    const reading = Object.values(endpoints).filter(({ access, method }) => access.kind === 'staff' && method === 'GET')
    const wanted = [leaving, staying].flatMap(({ texts }) => content.map((name) => texts[name] ?? ''))
    let answers = 0
    for (const role of staffRoles) {
      const { token = '' } = await hire(avow, role, true)
      for (const endpoint of reading) {
        for (const { person, organisationId, projectId } of [leaving, staying]) {
          const path = pathOf(endpoint, { personId: person.id, organisationId, projectId })
          const headers = { authorization: `Bearer ${token}` }
          const body = await (await fetch(`${avow.url}/api/v1${path}`, { headers })).text()
          must(
            !wanted.some((text) => body.includes(text)),
            `${endpoint.id} shows ${role} what somebody sent to a model`,
          )
          answers += 1
        }
      }
    }
    return `${answers} answers of ${reading.length} endpoints in ${staffRoles.length} roles: 0 of ${wanted.length} texts`
  },
}

export const offerStories: readonly Story[] = [offers, staffRead]

import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { failToStart } from '../../start-avow.ts'
import { providerOf } from '../policy-under-test.ts'
import { must, runJson, type Story, until } from '../story.ts'

const elsewhere = 'https://api.example.com/v1'

const strangers: Story = {
  kinds: ['recipients-only', 'recipient-fields', 'air-gap'],
  does: 'adds models and a mail server of parties that the policy does not list, and reads what was connected to',
  run: async ({ avow, tested, connectionsFile }) => {
    for (const party of [[], ['--recipient', 'stranger'], ['--provider', 'Stranger Ltd']]) {
      const added = await avow.cli(['model', 'add', 'stranger', '--upstream', elsewhere, ...party])
      must(added.code !== 0, `a model of a stranger is taken: ${party.join(' ')}`)
    }
    const { code, stderr } = await failToStart({ ...tested.env, AVOW_SMTP_URL: 'smtp://u:secret@mail.example.com:25' })
    must(code === 1 && !stderr.includes('secret'), `a mail server of a stranger is taken: ${stderr}`)
    const { own, refused } = await runJson(avow, 'processor', 'list')
    must(own.length > 0 && refused.length === 0, 'what is set up is not shown as our own')
    const machine = Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))
    const isOwn = (host: string): boolean =>
      /^(localhost|\/.*)$/.test(host) || machine.includes(host.replace(/%.*$/, ''))
    const hosts = new Set(readFileSync(connectionsFile, 'utf8').trim().split('\n'))
    const outside = [...hosts].filter((host) => !isOwn(host))
    must(outside.length === 0, `connected to ${outside.join(', ')}`)
    return `4 strangers refused; ${hosts.size} hosts connected to, 0 outside this machine`
  },
}

const places: Story = {
  kinds: ['regions-only', 'transfers-recorded'],
  does: 'starts a server in a region that the policy does not allow, pins an organisation there, and reads the crossings',
  run: async ({ avow, tested }) => {
    const { stderr } = await failToStart({ ...tested.env, AVOW_REGION: 'KP' })
    must(stderr.includes('KP is not among the regions'), 'a server starts where the policy does not allow it')
    must(
      (await avow.cli(['organisation', 'pin', 'KP'])).code !== 0,
      'an organisation is pinned to where this cloud is not',
    )
    const { here, items } = await runJson(avow, 'transfer', 'list')
    must(here === tested.env.AVOW_REGION, `the register says that this cloud is in ${here}`)
    for (const { to, safeguard } of items) must(Boolean(safeguard), `a crossing to ${to} has no safeguard`)
    return `1 start and 1 pin refused; ${items.length} crossings, each with its safeguard`
  },
}

const modelOfOthers: Story = {
  kinds: ['provider-named', 'integration-terms', 'transfers-recorded'],
  does: 'takes a model of a recipient, calls it before and after its terms were accepted, and reads who was told',
  run: async ({ avow, tested, mock }) => {
    const recipient = providerOf(tested)
    if (recipient === null) return 'the policy lets prompts go to nobody'
    await runJson(avow, 'model', 'add', 'third', '--upstream', mock.url, '--recipient', recipient)
    const bodyFor = (model: string) => JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] })
    const headers = { authorization: `Bearer ${avow.apiKey}`, 'content-type': 'application/json' }
    const call = (model = 'third') =>
      fetch(`${avow.url}/v1/chat/completions`, { method: 'POST', headers, body: bodyFor(model) })
    await runJson(avow, 'model', 'add', 'pooled', '--upstream', 'http://127.0.0.1:9')
    await runJson(avow, 'route', 'add', 'pooled', '--upstream', mock.url, '--recipient', recipient, '--tier', '1')
    must((await call()).status === 403, 'a model of others answers before its terms were accepted')
    must((await call('pooled')).status === 502, 'a fallback goes to others before their terms were accepted')
    await runJson(avow, 'provider', 'accept', recipient)
    await until(async () => (await call()).status === 200, 10, 'the model does not answer')
    const named = decodeURIComponent((await call()).headers.get('avow-provider') ?? '')
    must(named === 'Example Inference', `the caller is told ${named}`)
    const fallback = decodeURIComponent((await call('pooled')).headers.get('avow-provider') ?? '')
    must(fallback === named, `the caller of a fallback is told ${fallback}`)
    const told = async () => {
      const { items } = await runJson(avow, 'privacy', 'disclosures')
      return items.some(({ name, times }: { name: string; times: number }) => name === named && times >= 2)
    }
    await until(told, 15, 'the calls are not among the disclosures')
    const { items } = await runJson(avow, 'transfer', 'list')
    must(items.length > 0, 'the border that the calls crossed is not recorded')
    return '2 calls refused before the terms were accepted, 3 named to the caller, disclosed, and their border recorded'
  },
}

export const partyStories: readonly Story[] = [modelOfOthers, strangers, places]

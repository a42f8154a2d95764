import { once } from 'node:events'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { ok } from '../../people.ts'
import { must, type Story } from '../story.ts'

const isHeld = (category: string, known: ReadonlySet<string>): boolean => category === 'system' || known.has(category)

const dataMap: Story = {
  kinds: ['declared-data-only', 'collect', 'purposes-only'],
  does: 'reads the data map and compares its categories and purposes with the policy and with what is said of a person',
  run: async ({ avow, staying, tested }) => {
    const map = await ok(staying.person.api.GET('/api/v1/privacy/data-map'))
    const { categories } = await ok(staying.person.api.GET('/api/v1/me/data'))
    const aboutMe = new Set(categories.map(({ category }) => category))
    const all = new Set(map.items.map(({ category }) => category))
    for (const category of aboutMe) must(isHeld(category, all), `${category} is held and not on the map`)
    for (const { category, purposes } of categories)
      must(purposes.length > 0, `nobody says what ${category} is held for`)
    for (const { table, column, category, purposes } of map.items) {
      const held = tested.policy.category(category as never)
      must(held !== null || !aboutMe.has(category), `${category} is held and not in the policy`)
      const promised: ReadonlySet<string> = held?.purposes ?? new Set(purposes)
      const beyond = category === 'system' ? [] : purposes.filter((purpose) => !promised.has(purpose))
      must(beyond.length === 0, `${table}.${column} serves ${beyond.join(', ')}, which the policy does not say`)
    }
    must((await avow.cli(['data', 'map', '--json'])).code === 0, 'avow data map fails')
    return `${map.items.length} columns on the map, ${aboutMe.size} categories about one person, each with its purposes`
  },
}

const published: Story = {
  kinds: ['publish'],
  does: 'reads the policy page as a stranger',
  run: async ({ avow }) => {
    const policy = await ok(avow.api(null).GET('/api/v1/policy'))
    const html = await (await fetch(`${avow.url}/policy`)).text()
    const wanted = [policy.operator, policy.effective, policy.updated, ...policy.contacts.map(({ address }) => address)]
    const missing = [...wanted, ...policy.recipients.map(({ name }) => name)].filter((text) => !html.includes(text))
    must(missing.length === 0, `the page does not say ${missing.join(', ')}`)
    return `${wanted.length + policy.recipients.length} facts on the page`
  },
}

const pagesStayHome: Story = {
  kinds: ['no-third-parties', 'cookies-listed', 'cookie-consent'],
  does: 'loads pages and signs in as a browser does, and reads what they may load and what they set',
  run: async ({ avow, staying }) => {
    const { browser } = await ok(avow.api(null).GET('/api/v1/policy'))
    const listed = new Set(browser.map(({ name }) => name))
    let set = 0
    for (const path of ['/', '/policy', '/trust', '/docs/']) {
      const page = await fetch(`${avow.url}${path}`)
      const policy = page.headers.get('content-security-policy') ?? ''
      must(/default-src '(self|none)'/.test(policy), `${path} may load from elsewhere`)
      must(!/https?:/.test(policy), `${path} may load from elsewhere`)
      must(page.headers.getSetCookie().length === 0, `${path} sets a cookie before anybody agreed`)
      must(page.status === 200, `${path} needs a cookie, or is not built: ${page.status}`)
    }
    const body = { email: staying.person.email, password: staying.person.password, tokenWanted: false }
    const { response } = await avow.api(null).POST('/api/v1/auth/sign-in', { body })
    for (const cookie of response.headers.getSetCookie()) {
      set += 1
      must(listed.has(cookie.split('=')[0] ?? ''), `the cookie ${cookie.split('=')[0]} is not listed`)
    }
    return `4 pages load from their own site only, ${set} cookie set and listed`
  },
}

const accepts = async (host: string, port: number): Promise<boolean> => {
  const socket = connect({ host, port })
  const opened = once(socket, 'connect').then(
    () => true,
    () => false,
  )
  const open = await Promise.race([opened, sleep(2000, false)])
  socket.destroy()
  return open
}

const plainHttp: Story = {
  kinds: ['plain-http', 'tls-floor'],
  does: 'knocks at the port from every other address of the machine',
  run: async ({ avow }) => {
    const hosts = Object.values(networkInterfaces()).flatMap((list) =>
      (list ?? []).filter((one) => !one.internal && !one.address.startsWith('fe80')).map(({ address }) => address),
    )
    const port = Number(new URL(avow.url).port)
    for (const host of hosts) must(!(await accepts(host, port)), `plain HTTP is open on ${host}`)
    return `${hosts.length} addresses, 0 open; the handshakes are the check's own`
  },
}

export const pageStories: readonly Story[] = [dataMap, published, pagesStayHome, plainHttp]

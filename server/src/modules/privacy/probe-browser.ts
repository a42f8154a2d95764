import { runInNewContext } from 'node:vm'
import type { CompiledPolicy } from '@avow/policy'

type Where = 'cookie' | 'localStorage' | 'sessionStorage' | 'indexedDB'
interface Kept {
  readonly where: string
  readonly name: string
}

/** What a page has of a browser, and what was kept by it. */
const createBrowser = () => {
  const kept: Kept[] = []
  const keep = (where: string, name: unknown): void => void kept.push({ where, name: String(name) })
  const storage = (where: string) =>
    new Proxy(
      { setItem: (name: unknown) => keep(where, name), getItem: () => null },
      {
        set: (_target, name) => {
          keep(where, name)
          return true
        },
        defineProperty: (_target, name) => {
          keep(where, name)
          return true
        },
      },
    )
  class Document {
    get cookie(): string {
      return ''
    }
    set cookie(text: string) {
      keep('cookie', text.split('=')[0])
    }
  }
  class IDBFactory {
    open(name: string): void {
      keep('indexedDB', name)
    }
  }
  class StorageEvent {}
  class CacheStorage {
    async open(name: string): Promise<void> {
      keep('caches', name)
    }
  }
  class ServiceWorkerContainer {
    async register(name: string): Promise<void> {
      keep('service worker', name)
    }
  }
  const window: Record<string, unknown> = {
    localStorage: storage('localStorage'),
    sessionStorage: storage('sessionStorage'),
    cookieStore: { set: async (name: string) => keep('cookie', name) },
    indexedDB: new IDBFactory(),
    caches: new CacheStorage(),
    worker: new ServiceWorkerContainer(),
    document: new Document(),
    ...{ Document, IDBFactory, CacheStorage, ServiceWorkerContainer, StorageEvent, DOMException },
  }
  window['window'] = window
  return { window, kept }
}

/** Every way by which a script keeps something under a name, as text that is run in the page. */
const ways: Readonly<Record<Where | 'caches' | 'service worker', readonly ((name: string) => string)[]>> = {
  cookie: [(name) => `document.cookie = ${name} + '=1'`, (name) => `window.cookieStore?.set(${name}, '1')`],
  localStorage: [
    (name) => `localStorage.setItem(${name}, '1')`,
    (name) => `window.localStorage[${name}] = '1'`,
    (name) => `Object.defineProperty(localStorage, ${name}, { value: '1', configurable: true, writable: true })`,
  ],
  sessionStorage: [(name) => `sessionStorage.setItem(${name}, '1')`, (name) => `window.sessionStorage[${name}] = '1'`],
  indexedDB: [(name) => `indexedDB.open(${name})`],
  caches: [(name) => `caches.open(${name}).catch(() => undefined)`],
  'service worker': [(name) => `worker.register(${name}).catch(() => undefined)`],
}

const canary = 'avow-probe-canary'

/** Runs a guard and then a script that keeps one thing; what was kept by it. */
const keptBy = (guard: string, act: string): readonly Kept[] => {
  const { window, kept } = createBrowser()
  runInNewContext(`${guard}\ntry { ${act} } catch {}`, window, { timeout: 1000 })
  return kept
}

/**
 * Runs the script that our pages load first, and then tries every way to keep something: what the policy lists must pass,
 * and nothing else.
 */
export const tryGuard = (guard: string, { source }: CompiledPolicy): { tries: number; violations: string[] } => {
  const listed: Kept[] = [
    ...source.cookies.essential.map(({ name }) => ({ where: 'cookie', name })),
    ...source.cookies.storage.map(({ where, key }) => ({ where, name: key })),
  ]
  const violations: string[] = []
  let tries = 0
  for (const [where, acts] of Object.entries(ways)) {
    for (const act of acts) {
      tries += 1
      if (keptBy(guard, act(JSON.stringify(canary))).length > 0)
        violations.push(`scripts may keep what is not listed in ${where}`)
    }
    const [plain] = acts
    for (const { name } of listed.filter((one) => one.where === where)) {
      tries += 1
      if (plain !== undefined && keptBy(guard, plain(JSON.stringify(name))).length === 0)
        violations.push(`scripts may not keep ${name}, which is listed`)
    }
  }
  return { tries, violations: [...new Set(violations)] }
}

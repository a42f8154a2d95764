import { readFileSync } from 'node:fs'
import type { CompiledPolicy } from '@avow/policy'

/** Where our pages find the guard. */
export const browserGuardPath = '/browser-guard.js'

const source = readFileSync(new URL('browser-guard.js', import.meta.url), 'utf8')
const emptyList = '})([])'

/** What scripts of our pages may keep: essential cookies and the policy's storage. The rest waits for a consent. */
const listedBy = ({ source: { cookies } }: Pick<CompiledPolicy, 'source'>) => [
  ...cookies.essential.map(({ name }) => ({ where: 'cookie', name })),
  ...cookies.storage.map(({ where, key }) => ({ where, name: key })),
]

/** The script that is the only way for our pages to keep something in a browser: what the policy lists passes. */
export const browserGuard = (policy: Pick<CompiledPolicy, 'source'>): string => {
  if (!source.trimEnd().endsWith(emptyList)) throw new Error('the guard of browsers has no place for its list')
  return source.replace(emptyList, `})(${JSON.stringify(listedBy(policy))})`)
}

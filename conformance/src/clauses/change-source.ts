import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newFolder } from '../start-avow.ts'

/** A piece of source and what stands in its place; `file` from the checkout's root. */
export interface SourceChange {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** Folders that many changes are in. */
export const server = 'server/src'
export const identity = `${server}/modules/identity`
export const gates = `${server}/platform/gates`

export const change = (file: string, find: string, replace: string): SourceChange => ({ file, find, replace })

const hook = new URL('./change-source-hook.ts', import.meta.url).href

/** Settings with which a server reads changed source; nothing in the checkout changes. It does not start if `find` is not there. */
export const sourceChanges = (changes: readonly SourceChange[]): Readonly<Record<string, string>> => {
  const plan = join(newFolder(), 'changes.json')
  writeFileSync(plan, JSON.stringify(changes))
  return { SOURCE_CHANGES: plan, NODE_OPTIONS: `--import ${hook}` }
}

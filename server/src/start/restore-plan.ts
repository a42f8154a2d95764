import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { movedAtFile } from '../platform/backups/index.ts'

/** A restore that is not over, in the data folder's `restore/plan.json`. */
export interface RestorePlan {
  readonly id: string
  /** `loading`: the data folder is as it was. `moving`: all is loaded, and the parts change places. */
  readonly phase: 'loading' | 'moving'
  readonly dataFile: string
  readonly keysFile: string
  readonly evenExpired: boolean
  readonly begunAt: string
  readonly result: {
    readonly backup: string
    readonly backupAt: string
    readonly keysAt: string
    readonly rows: number
  }
}

/** Told after each step. */
export type OnStep = (step: string) => Promise<void>

export class RestoreUnfinished extends Error {}

/** What a restore replaces; the mark of a whole database folder goes first and comes last. */
const parts = ['postgres.complete', 'postgres', 'journal'] as const

export const stagingOf = (folder: string): string => join(folder, 'restore')
const planOf = (folder: string): string => join(stagingOf(folder), 'plan.json')
/** Where what was there before is moved to. */
export const asideOf = (folder: string, { id }: Pick<RestorePlan, 'id'>): string => join(folder, `before-${id}`)

const syncFolder = (path: string): void => {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

export const readPlan = (folder: string): RestorePlan | null => {
  const file = planOf(folder)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RestorePlan) : null
}

/** The plan is whole on disk when this returns. */
export const writePlan = (folder: string, plan: RestorePlan): void => {
  mkdirSync(stagingOf(folder), { recursive: true, mode: 0o700 })
  const next = `${planOf(folder)}.next`
  writeFileSync(next, JSON.stringify(plan), { mode: 0o600, flush: true })
  renameSync(next, planOf(folder))
  syncFolder(stagingOf(folder))
}

/** Forgets a restore that has not begun to move anything: the data folder is as it was. @returns whether there was one */
export const abandonRestore = (folder: string): boolean => {
  const plan = readPlan(folder)
  if (plan?.phase === 'moving')
    throw new RestoreUnfinished('the restore is loaded already; finish it with `avow backup restore --resume`')
  rmSync(stagingOf(folder), { recursive: true, force: true })
  return plan !== null
}

/**
 * Moves what is there aside and what was loaded into its place, each by one rename: cut off anywhere, the next call goes on.
 * @returns where what was there before is now; null when there was nothing
 */
export const moveIntoPlace = async (folder: string, plan: RestorePlan, onStep: OnStep): Promise<string | null> => {
  const [staging, aside] = [stagingOf(folder), asideOf(folder, plan)]
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  for (const part of parts) {
    const [from, to, old] = [join(staging, part), join(folder, part), join(aside, part)]
    if (!existsSync(from)) continue
    if (existsSync(to) && !existsSync(old)) {
      renameSync(to, old)
      await onStep(`aside ${part}`)
    }
    renameSync(from, to)
    await onStep(`placed ${part}`)
  }
  syncFolder(folder)
  writeFileSync(join(aside, movedAtFile), `${plan.begunAt}\n`, { mode: 0o600 })
  const isEmpty = parts.every((part) => !existsSync(join(aside, part)))
  if (isEmpty) rmSync(aside, { recursive: true })
  rmSync(staging, { recursive: true, force: true })
  await onStep('restored')
  return isEmpty ? null : aside
}

/**
 * Before anything of the data folder is opened: finishes the moving of a restore that was cut off.
 * @throws RestoreUnfinished when one was cut off before that
 */
export const finishRestore = async (folder: string): Promise<void> => {
  const plan = readPlan(folder)
  if (plan === null) return
  if (plan.phase === 'loading')
    throw new RestoreUnfinished(
      `a restore of ${plan.dataFile} into ${folder} was begun and cut off. Go on with \`avow backup restore --resume\`, or give it up with \`avow backup restore --abandon\``,
    )
  await moveIntoPlace(folder, plan, async () => undefined)
}

import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { eq } from 'drizzle-orm'
import { type BackupFile, BackupUnreadable, expiryOf, openSealedFile } from '../../../platform/backups/index.ts'
import { restoreRun } from '../../../platform/db/index.ts'
import { newId } from '../../../platform/ids.ts'
import { type Check, type CheckedSystem, count, finding } from '../check.ts'
import { restoreErased } from '../probe-restore.ts'
import { findErasuresUnderWay, findReturned } from '../rights/index.ts'

type Found = { readonly looked: number; readonly violations: readonly string[] }

const graceMs = 25 * 3_600_000
const wholeBytesMax = 1024 ** 3
const yearMs = 365 * 86_400_000

const headerFor = ({ backups, clock }: CheckedSystem, ageMs: number) => ({
  id: newId('bak', clock),
  kind: 'data' as const,
  createdAt: new Date(clock.nowMs() - ageMs).toISOString(),
  expiresAt: new Date(clock.nowMs() - ageMs + 1000).toISOString(),
  keyId: backups.key.id,
  version: 'probe',
})

const readAll = async (path: string, { key }: CheckedSystem['backups']): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of (await openSealedFile(path, key)).plain()) parts.push(part)
  return Buffer.concat(parts)
}

const isRefused = (path: string, backups: CheckedSystem['backups']): Promise<boolean> =>
  readAll(path, backups).then(
    () => false,
    (error: unknown) => error instanceof BackupUnreadable,
  )

/** Seals a canary as a backup is sealed, and looks for it in the file; then changes and cuts the file. */
const probeSeal = async (system: CheckedSystem): Promise<Found> => {
  const { backups } = system
  const canary = `canary-${randomBytes(8).toString('hex')} `
  const plain = Buffer.from(canary.repeat(20_000))
  const folder = await mkdtemp(join(tmpdir(), 'avow-probe-'))
  const path = join(folder, 'probe')
  try {
    await backups.seal(
      path,
      headerFor(system, 0),
      backups.key,
      (async function* () {
        yield plain
      })(),
    )
    const sealed = await readFile(path)
    const violations: string[] = []
    if (sealed.includes(canary)) violations.push('a backup shows in clear what it holds')
    const isSame = await readAll(path, backups).then(
      (read) => read.equals(plain),
      () => false,
    )
    if (!isSame) violations.push('a backup does not give back what was put into it')
    const changed = Buffer.from(sealed)
    changed.writeUInt8((changed[changed.length - 9] ?? 0) ^ 1, changed.length - 9)
    await writeFile(path, changed)
    if (!(await isRefused(path, backups))) violations.push('a backup that was changed is read as if it were whole')
    await writeFile(path, sealed)
    await truncate(path, sealed.length - 1000)
    if (!(await isRefused(path, backups))) violations.push('a backup that was cut off is read as if it were whole')
    return { looked: 4, violations }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Puts a backup of a past year into the folder, and sees it go. */
const probeExpiry = async (system: CheckedSystem): Promise<Found> => {
  const { backups } = system
  const path = join(backups.folder, `data-probe-${randomBytes(4).toString('hex')}.avowbackup`)
  const old = { ...headerFor(system, 20 * yearMs), version: 'probe' }
  try {
    await backups.seal(path, old, backups.key, (async function* () {})())
    await backups.removeDue(await system.gates.retention.instant(system.database.direct))
    const isThere = (await backups.list()).some((file) => file.path === path)
    return { looked: 1, violations: isThere ? ['a backup past its time is not deleted'] : [] }
  } finally {
    await rm(path, { force: true })
  }
}

const lookAtFile = async (
  { backups, clock }: CheckedSystem,
  file: BackupFile,
  isNewest: boolean,
): Promise<string[]> => {
  const name = basename(file.path)
  if (file.header === null || backups.periods === null)
    return [`${name} in the folder of backups is not an encrypted backup`]
  const { header } = file
  const due = Math.min(
    Date.parse(header.expiresAt),
    expiryOf(backups.periods, header.kind, new Date(header.createdAt)).getTime(),
  )
  const late =
    due + graceMs < clock.nowMs() ? [`${name} should have been deleted at ${new Date(due).toISOString()}`] : []
  try {
    if (isNewest && file.bytes <= wholeBytesMax) await backups.verify(file.path)
    else for await (const _first of (await openSealedFile(file.path, backups.key)).plain()) break
    return late
  } catch (error) {
    if (!(error instanceof BackupUnreadable)) throw error
    return [...late, `${name} cannot be read back: ${error.message.replace(`${file.path} `, '')}`]
  }
}

/** Every file in the folder: encrypted under our key, in time; the newest of each kind is read whole. */
const lookAtFiles = async (system: CheckedSystem): Promise<Found> => {
  const { backups, clock } = system
  const files = await backups.list()
  const newest = (['data', 'keys'] as const).map((kind) => files.find(({ header }) => header?.kind === kind))
  const violations: string[] = []
  for (const file of files) violations.push(...(await lookAtFile(system, file, newest.includes(file))))
  for (const { path, dueAt } of backups.asides())
    if (dueAt.getTime() + graceMs < clock.nowMs())
      violations.push(`${basename(path)}, moved aside by a restore, is still there`)
  return { looked: files.length, violations }
}

/** Nobody who was erased is there, and no restore waits for its erasures. */
const lookAtErased = async (system: CheckedSystem): Promise<Found> => {
  const { database, gates, identityOn } = system
  const rights = { vault: system.vault, accounts: identityOn(database).api.accounts }
  const { people, organisationIds, looked } = await findReturned(rights, database.direct)
  const underWay = await findErasuresUnderWay(database.direct)
  const subjects = [
    ...people
      .filter(({ id }) => !underWay.people.has(id))
      .map(({ id, emailIndex, at }) => ({ personId: id, addresses: [emailIndex], organisationIds: [], until: at })),
    ...organisationIds
      .filter((id) => !underWay.organisations.has(id))
      .map((id) => ({ personId: '', addresses: [], organisationIds: [id], until: system.clock.now() })),
  ]
  let returned = 0
  for (const subject of subjects)
    if ((await gates.erasure.remaining(database.direct, subject)).some(({ due }) => due > 0)) returned++
  const waiting = await database.direct.$count(restoreRun, eq(restoreRun.state, 'loaded'))
  return {
    looked,
    violations: [
      ...(returned > 0 ? [`${count(returned, 'erased subject')} came back with a restore`] : []),
      ...(waiting > 0 ? ['a restored backup is served before its erasures were repeated'] : []),
    ],
  }
}

const probeRestore = async (system: CheckedSystem): Promise<Found> => {
  const { back, left } = await restoreErased(system)
  if (back === 0) throw new Error('nothing came back in the probe, so it proves nothing')
  return {
    looked: back,
    violations: left > 0 ? [`${count(left, 'row')} of an erased person stay after a restore`] : [],
  }
}

/** Seals, changes, expires and restores on its own, and looks at every backup that there is. */
export const protectedBackups: Check<'backups-protected'> = {
  name: 'protected-backups',
  run: async (_rule, system) => {
    const sealed = await probeSeal(system)
    const expired = await probeExpiry(system)
    const files = await lookAtFiles(system)
    const erased = await lookAtErased(system)
    const restored = await probeRestore(system)
    const all = [sealed, expired, files, erased, restored]
    const figure = `${count(files.looked, 'backup')} looked at; ${count(erased.looked, 'person or organisation')} compared with the erased; ${count(restored.looked, 'row')} of an erased person brought back and erased again`
    return finding(
      all.reduce((sum, { looked }) => sum + looked, 0),
      all.flatMap(({ violations }) => violations),
      figure.replace('person or organisations', 'people and organisations'),
    )
  },
}

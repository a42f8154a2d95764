import { execFileSync, spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/** How a PostgreSQL program is started: it refuses to run as root. */
export interface RunAs {
  /** Put in front of the program and its arguments. */
  readonly prefix: readonly string[]
  readonly ids: { uid: number; gid: number } | undefined
}

const readableByOthers = (path: string): boolean => {
  for (let at = resolve(path); ; at = dirname(at)) {
    if (existsSync(at) && (statSync(at).mode & 0o001) === 0 && statSync(at).isDirectory()) return false
    if (at === dirname(at)) return true
  }
}

const findUser = (): { uid: number; gid: number } | undefined => {
  const id = (flag: string) => spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' })
  const [uid, gid] = [id('-u'), id('-g')]
  return uid.status === 0 && gid.status === 0 ? { uid: Number(uid.stdout), gid: Number(gid.stdout) } : undefined
}

/**
 * Anyone but root runs PostgreSQL as themselves. Root runs it in a user namespace of its own, where it is not root but
 * may read what root owns (so a data folder below a 0700 folder works); where the kernel forbids that, as the system
 * user `postgres`, made if need be.
 * @throws if the data folder or the programs cannot be reached by that user, saying what to do
 */
export const chooseRunAs = (dataDir: string, program: string): RunAs => {
  if (process.getuid?.() !== 0) return { prefix: [], ids: undefined }
  const owner = existsSync(dataDir) ? statSync(dataDir).uid : 0
  const namespace = ['unshare', '--user', '--map-user=1000', '--map-group=1000']
  if (owner === 0 && spawnSync('unshare', [...namespace.slice(1), 'true']).status === 0)
    return { prefix: namespace, ids: undefined }
  let user = findUser()
  if (user === undefined) {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'])
    user = findUser()
  }
  if (user === undefined)
    throw new Error(
      'PostgreSQL does not run as root and no user postgres could be made. Start Avow as another user, or set DATABASE_URL',
    )
  for (const path of [dirname(dataDir), program]) {
    if (!readableByOthers(path))
      throw new Error(
        `the user postgres cannot reach ${path}: a folder above it is closed to others. Move AVOW_DATA or the checkout, start Avow as another user than root, or set DATABASE_URL`,
      )
  }
  accessSync(program, constants.X_OK)
  return { prefix: [], ids: user }
}

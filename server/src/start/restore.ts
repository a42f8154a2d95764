/** Restores a backup into the data folder of a stopped server. Started by `avow backup restore`; prints JSON. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError, processEnvironment, readConfig } from '../config.ts'
import { BackupUnreadable } from '../platform/backups/index.ts'
import { systemClock } from '../platform/clock/index.ts'
import { createLog } from '../platform/log/index.ts'
import { FolderInUse, openDataFolder } from './data-folder.ts'
import { loadPolicy, PolicyError } from './load-policy.ts'
import type { RestoreWish } from './restore-files.ts'
import { restoreFolder } from './restore-folder.ts'
import { RestoreUnfinished } from './restore-plan.ts'

const root = new URL('../../../', import.meta.url).pathname

const run = async (wish: RestoreWish): Promise<void> => {
  const say = (line: string): void => {
    process.stderr.write(`avow: ${line}\n`)
  }
  const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string }
  const environment = processEnvironment()
  const home = readConfig(environment, version)
  const into = wish.into === undefined ? undefined : resolve(wish.into)
  const config = into === undefined ? home : readConfig({ ...environment, AVOW_DATA: into }, version)
  const isNew = into !== undefined || wish.secrets !== undefined
  const { policy } = loadPolicy(config.policy, `${root}policies`, say)
  const chosen = environment['AVOW_POLICY'] === undefined ? 'AVOW_POLICY is not set' : 'AVOW_POLICY'
  say(`whether the backup may still be restored is judged by the policy ${policy.id} ${policy.version} (${chosen})`)
  const folder = openDataFolder(config.dataDir)
  try {
    const restored = await restoreFolder(
      {
        config,
        backupsFolder: home.backups.dir,
        secretsFolder: isNew ? resolve(wish.secrets ?? join(home.dataDir, 'secrets')) : null,
        policy,
        clock: systemClock,
        log: createLog(config.logLevel),
        folder,
        say,
        onStep: async () => undefined,
      },
      wish,
    )
    process.stdout.write(`${JSON.stringify(restored)}\n`)
  } finally {
    folder.release()
  }
}

const known = [BackupUnreadable, RestoreUnfinished, ConfigError, FolderInUse, PolicyError]
run(JSON.parse(process.argv[2] ?? '{}') as RestoreWish).catch((error: unknown) => {
  const isKnown = error instanceof Error && known.some((kind) => error instanceof kind)
  const text = error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${isKnown ? error.message : text}\n`)
  process.exitCode = 1
})

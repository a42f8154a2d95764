/** A process that restores and is killed after the n-th step: node FILE FOLDER N WISH. Started by a test. */
import { readConfig } from '../config.ts'
import { systemClock } from '../platform/clock/index.ts'
import { createLog } from '../platform/log/index.ts'
import { openDataFolder } from './data-folder.ts'
import { loadPolicy } from './load-policy.ts'
import type { RestoreWish } from './restore-files.ts'
import { restoreFolder } from './restore-folder.ts'

const [path = '', last = '', wish = '{}'] = process.argv.slice(2)
const config = readConfig({ AVOW_DATA: path, AVOW_LOG_LEVEL: 'silent' }, 'test')
const folder = openDataFolder(path)
let steps = 0
const restored = await restoreFolder(
  {
    config,
    backupsFolder: config.backups.dir,
    secretsFolder: null,
    policy: loadPolicy('starter', new URL('../../../policies', import.meta.url).pathname, () => undefined).policy,
    clock: systemClock,
    log: createLog('silent'),
    folder,
    say: () => undefined,
    onStep: async (step) => {
      steps++
      if (steps !== Number(last)) return
      process.stdout.write(step)
      process.kill(process.pid, 'SIGKILL')
    },
  },
  JSON.parse(wish) as RestoreWish,
)
folder.release()
process.stdout.write(`ended ${JSON.stringify(restored)}`)

/** A process that rotates the key and is killed after the n-th step. Arguments: database, key file, n. Started by a test. */
import { systemClock } from '../clock/index.ts'
import { createLog } from '../log/index.ts'
import { createKeyFiles } from './key-files.ts'
import { openVault } from './open-vault.ts'

const [databaseUrl = '', file = '', last = ''] = process.argv.slice(2)
let steps = 0
const vault = await openVault({
  databaseUrl,
  files: createKeyFiles(file),
  clock: systemClock,
  log: createLog('silent'),
  hasSecrets: false,
  onRotationStep: async () => {
    steps++
    if (steps === Number(last)) process.kill(process.pid, 'SIGKILL')
  },
})
await vault.rotateKey()
await vault.close()

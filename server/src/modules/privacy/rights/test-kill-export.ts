/** A process of its own that makes one person's copy and is killed before its n-th statement: node FILE URL ID N < MAP */
import { killBeforeStatement } from '../../../platform/db/test-kill.ts'
import { makeExport } from './index.ts'
import { openKillWorld } from './test-kill-world.ts'

const [url = '', id = '', killBefore = ''] = process.argv.slice(2)
const { rights, close } = await openKillWorld(url)
const statements = killBeforeStatement(Number(killBefore))
await makeExport(rights, id)
process.stdout.write(`${statements()}\n`)
await close()

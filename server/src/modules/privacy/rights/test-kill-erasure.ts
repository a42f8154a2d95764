/** A process of its own that erases one person and is killed before its n-th statement: node FILE URL ID N < MAP */
import { killBeforeStatement } from '../../../platform/db/test-kill.ts'
import { erasePerson } from './index.ts'
import { openKillWorld } from './test-kill-world.ts'

const [url = '', id = '', killBefore = ''] = process.argv.slice(2)
const { rights, close } = await openKillWorld(url)
const statements = killBeforeStatement(Number(killBefore))
const outcome = await erasePerson(rights, id)
process.stdout.write(`${outcome} ${statements()}\n`)
await close()

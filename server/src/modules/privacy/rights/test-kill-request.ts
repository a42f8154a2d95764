/** A process of its own that answers one request and is killed before its n-th statement: node FILE URL METHOD PATH BODY TOKEN N < MAP */
import { killBeforeStatement } from '../../../platform/db/test-kill.ts'
import { createApi } from '../../../platform/http/index.ts'
import { createRights } from './index.ts'
import { openKillWorld } from './test-kill-world.ts'

const [url = '', method = '', path = '', body = '', token = '', killBefore = ''] = process.argv.slice(2)
const { opened, clock, log, vault, identity, rights, close } = await openKillWorld(url)
const api = createApi({
  database: opened,
  clock,
  vault,
  log,
  authorise: identity.authorise,
  routes: [...identity.routes, ...createRights(rights).routes],
  endpoints: [],
  isOwnOrigin: () => true,
  isSecure: false,
  observe: () => undefined,
})
killBeforeStatement(Number(killBefore))
const response = await api.inject({
  method: method as 'POST',
  url: `/api/v1${path}`,
  headers: token === '' ? {} : { authorization: `Bearer ${token}` },
  payload: JSON.parse(body) as object,
})
process.stdout.write(`${response.statusCode}\n`)
await api.close()
await close()

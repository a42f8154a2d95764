import { contract } from '@avow/contract'
import type { CompiledPolicy } from '@avow/policy'
import type { Clock } from '../../platform/clock/index.ts'
import { type Route, route } from '../../platform/http/index.ts'
import type { Mailer } from '../../platform/mail/index.ts'
import { listOutbox } from './list-outbox.ts'

/** What the operator sees of the installation itself. */
export const createOperate = (deps: {
  version: string
  policy: CompiledPolicy
  mailer: Mailer
  clock: Clock
}): { routes: readonly Route[] } => ({
  routes: [
    listOutbox,
    route(contract.operate.meta, async () => ({
      version: deps.version,
      policy: {
        id: deps.policy.id,
        name: deps.policy.title,
        version: deps.policy.version,
        minimumAge: deps.policy.minimumAge,
      },
      mail: deps.mailer.mode,
      now: deps.clock.now().toISOString(),
    })),
  ],
})

import { contract, type pinView } from '@avow/contract'
import type { z } from 'zod'
import { recordDecision } from '../../platform/evidence/index.ts'
import type { PlacementGate } from '../../platform/gates/index.ts'
import { Refusal, type Route, route } from '../../platform/http/index.ts'
import type { PlacementDeps } from './placement.ts'
import { findPin, type PinRow, removePin, savePin } from './store.ts'

const view = (row: PinRow | undefined, { here }: PlacementGate): z.input<typeof pinView> => ({
  region: row?.region ?? null,
  here,
  setAt: row?.setAt.toISOString() ?? null,
  setBy: row?.setBy ?? null,
})

/** A pin is a promise about data that is here already: it can only name where this is. */
const requireHere = ({ placement, refused }: PlacementDeps, region: string): void => {
  const { here } = placement
  if (here === null)
    throw new Refusal(
      'region_refused',
      'This cloud does not say where it is, so it cannot promise a region. The operator sets AVOW_REGION. Nothing was changed.',
    )
  if (placement.judge({ country: here, pin: region, safeguard: null }).allowed) return
  refused(`pin(${region})`)
  throw new Refusal(
    'region_refused',
    `This cloud is in ${here} and in no other region, so it cannot promise ${region}. Nothing was changed.`,
  )
}

export const pinRoutes = (deps: PlacementDeps): Route[] => {
  const { clock, placement } = deps
  return [
    route(contract.placement.showPin, async ({ tx, params }) =>
      view(await findPin(tx, params.organisationId), placement),
    ),
    route(contract.placement.pin, async ({ tx, params, body, caller }) => {
      const { organisationId } = params
      if (body.region === null) await removePin(tx, organisationId)
      else {
        requireHere(deps, body.region)
        await savePin(tx, { organisationId, region: body.region, setBy: caller.personId, setAt: clock.now() })
      }
      const rule = body.region === null ? 'pin removed' : `pin(${body.region})`
      await recordDecision(tx, clock, { gate: 'placement', decision: 'done', rule })
      return view(await findPin(tx, organisationId), placement)
    }),
  ]
}

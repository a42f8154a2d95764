import { contract, type providerView } from '@avow/contract'
import type { z } from 'zod'
import { recordDecision } from '../../platform/evidence/index.ts'
import { findPlan, type Recipient } from '../../platform/gates/index.ts'
import { Refusal, type Route, route } from '../../platform/http/index.ts'
import type { PlacementDeps } from './placement.ts'
import { type AcceptanceRow, findPin, insertAcceptance, listAcceptances, removeAcceptance } from './store.ts'

/** Recipients that may have prompts, to provide the service. */
const providersOf = ({ policy }: PlacementDeps): Recipient[] =>
  policy.source.recipients.filter(
    ({ categories, purposes }) => categories.includes('content.inference') && purposes.includes('provide'),
  )

const view = (recipient: Recipient, row: AcceptanceRow | undefined): z.input<typeof providerView> => ({
  id: recipient.id,
  name: recipient.name,
  country: recipient.country ?? null,
  safeguard: recipient.safeguard ?? null,
  terms: recipient.terms ?? null,
  acceptedAt: row?.acceptedAt.toISOString() ?? null,
  acceptedBy: row?.acceptedBy ?? null,
})

const find = (deps: PlacementDeps, id: string): Recipient => {
  const found = providersOf(deps).find((one) => one.id === id)
  if (found === undefined) throw new Refusal('not_found')
  return found
}

/** What an organisation allows other companies to see of its requests. */
export const providerRoutes = (deps: PlacementDeps): Route[] => [
  route(contract.placement.listProviders, async ({ tx, params }) => {
    const rows = await listAcceptances(tx, params.organisationId)
    return {
      notice: deps.policy.source.thirdParties ?? null,
      items: providersOf(deps).map((one) =>
        view(
          one,
          rows.find(({ recipient }) => recipient === one.id),
        ),
      ),
    }
  }),
  route(contract.placement.acceptProvider, async ({ tx, params, caller }) => {
    const { organisationId, providerId } = params
    const provider = find(deps, providerId)
    const pin = (await findPin(tx, organisationId))?.region ?? null
    const { country = null, safeguard = null } = provider
    const plan = await findPlan(tx, organisationId)
    deps.placement.require({ country, pin, planned: plan?.regions ?? null, safeguard })
    const forbidden = deps.egress.judgePlan(provider.id, plan?.egress ?? null)
    if (forbidden !== null) {
      deps.refused(forbidden.rule)
      throw new Refusal('recipient_refused', `Refused: ${forbidden.why}. Nothing was changed.`)
    }
    const row = { organisationId, recipient: provider.id, acceptedBy: caller.personId, acceptedAt: deps.clock.now() }
    await insertAcceptance(tx, row)
    await recordDecision(tx, deps.clock, { gate: 'egress', decision: 'allowed', rule: `accepted(${provider.id})` })
    const rows = await listAcceptances(tx, organisationId)
    return view(
      provider,
      rows.find(({ recipient }) => recipient === provider.id),
    )
  }),
  route(contract.placement.refuseProvider, async ({ tx, params }) => {
    const { organisationId, providerId } = params
    const provider = find(deps, providerId)
    await removeAcceptance(tx, organisationId, provider.id)
    await recordDecision(tx, deps.clock, {
      gate: 'egress',
      decision: 'done',
      rule: `no longer accepted(${provider.id})`,
    })
    return view(provider, undefined)
  }),
]

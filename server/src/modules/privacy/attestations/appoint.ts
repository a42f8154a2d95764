import { contract, type responsibilityView, staffRoles } from '@avow/contract'
import { and, eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Tx } from '../../../platform/db/index.ts'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../../platform/http/index.ts'
import { wantedBy } from './attestation.ts'
import { listResponsible } from './attestation-store.ts'
import type { Attestations } from './attestations.ts'
import { responsibility } from './tables.ts'

type View = z.input<typeof responsibilityView>

const view = async (deps: Attestations, tx: Tx, row: typeof responsibility.$inferSelect): Promise<View[]> => {
  const email = await deps.accounts.addressOf(tx, row.personId)
  return email === null ? [] : [{ role: row.role, personId: row.personId, email, since: row.since.toISOString() }]
}

/** @throws Refusal invalid_request for a role that no attestation of the policy names, or that is a staff role */
const requireRole = ({ policy }: Attestations, role: string): void => {
  const roles = [...new Set(wantedBy(policy).map((one) => one.role))].filter(
    (one) => !(staffRoles as readonly string[]).includes(one),
  )
  if (roles.includes(role)) return
  const known = roles.length === 0 ? 'It names none beside the staff roles.' : `It names: ${roles.join(', ')}.`
  const detail = `No attestation of the policy is in the role ${role}. ${known} A staff role is given with avow staff add.`
  throw new Refusal('invalid_request', detail, { fields: [{ path: 'role', message: 'not a role of an attestation' }] })
}

const appoint = (deps: Attestations): Route =>
  route(contract.attestations.appoint, async ({ tx, body }) => {
    requireRole(deps, body.role)
    const personId = await deps.accounts.findByAddress(tx, body.email)
    const staff = await deps.accounts.staffIn(tx, staffRoles)
    if (personId === null || !staff.includes(personId))
      throw new Refusal(
        'not_found',
        'Nobody on the staff has this address. Add them first: avow staff add ADDRESS ROLE.',
      )
    const made = await tx
      .insert(responsibility)
      .values({ role: body.role, personId, since: deps.clock.now() })
      .onConflictDoNothing()
      .returning()
    if (made[0] === undefined) throw new Refusal('already_exists', `They are responsible for ${body.role} already.`)
    await recordDecision(tx, deps.clock, { gate: 'attestation', decision: 'done', rule: `appoint(${body.role})` })
    const [row] = await view(deps, tx, made[0])
    if (row === undefined) throw new Refusal('not_found')
    return row
  })

const dismiss = (deps: Attestations): Route =>
  route(contract.attestations.dismiss, async ({ tx, params }) => {
    const mine = and(eq(responsibility.role, params.role), eq(responsibility.personId, params.personId))
    const gone = await tx.delete(responsibility).where(mine).returning()
    if (gone.length === 0) throw new Refusal('not_found')
    await recordDecision(tx, deps.clock, { gate: 'attestation', decision: 'done', rule: `dismiss(${params.role})` })
  })

const list = (deps: Attestations): Route =>
  route(contract.attestations.responsible, async ({ tx }) => {
    const items: View[] = []
    for (const row of await listResponsible(tx)) items.push(...(await view(deps, tx, row)))
    return { items }
  })

export const responsibilityRoutes = (deps: Attestations): Route[] => [list(deps), appoint(deps), dismiss(deps)]

import { staffEndpoints, type staffView } from '@avow/contract'
import type { z } from 'zod'
import { decodeCursor, type Handler, Refusal, type Route, route, toPage } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'
import { forgotPasswordLink } from '../links.ts'
import { normaliseEmail } from '../people/email.ts'
import { securityMail } from '../people/mails.ts'
import { findPersonByEmail } from '../people/person-store.ts'
import { recordSecurityEvent } from '../people/record-security-event.ts'
import { deleteStaff, insertStaff, listStaff, lockOperators, type StaffRow } from './staff-store.ts'

const view = (row: StaffRow): z.input<typeof staffView> => ({ ...row, since: row.since.toISOString() })

const list =
  ({ vault }: Identity): Handler<typeof staffEndpoints.list> =>
  async ({ tx, query }) => {
    const rows = await listStaff(tx, vault, { limit: query.limit, after: decodeCursor(query.cursor) })
    return toPage(rows, query.limit, (row) => ({ atMs: row.since.getTime(), id: row.personId }), view)
  }

const add =
  (identity: Identity): Handler<typeof staffEndpoints.add> =>
  async ({ tx, body, request }) => {
    const { clock, mail, vault } = identity
    const person = await findPersonByEmail(tx, vault, normaliseEmail(body.email))
    if (person === undefined)
      throw new Refusal('not_found', 'Nobody has an account with this address. Ask them to sign up first.')
    const isNew = await insertStaff(tx, { personId: person.id, role: body.role, since: clock.now() })
    if (!isNew) throw new Refusal('already_exists', 'This person has a staff role. Take it away first to give another.')
    await recordSecurityEvent(tx, identity, { kind: 'staff-added', personId: person.id, ipAddress: request.ipAddress })
    const what = `You were given the staff role ${body.role}. It works in sessions that began with a second factor.`
    await mail.write(tx, securityMail(person, 'You were given a staff role', what, forgotPasswordLink(identity)))
    const [row] = await listStaff(tx, vault, { limit: 1, after: undefined, personId: person.id })
    if (row === undefined) throw new Refusal('not_found')
    return view(row)
  }

const remove =
  (identity: Identity): Handler<typeof staffEndpoints.remove> =>
  async ({ tx, params, request }) => {
    const operators = await lockOperators(tx)
    if (operators.length === 1 && operators[0] === params.personId)
      throw new Refusal('conflict', 'The cloud needs an operator. Give someone else the role first.')
    if (!(await deleteStaff(tx, params.personId))) throw new Refusal('not_found')
    await recordSecurityEvent(tx, identity, {
      kind: 'staff-removed',
      personId: params.personId,
      ipAddress: request.ipAddress,
    })
  }

export const staffRoutes = (identity: Identity): Route[] => [
  route(staffEndpoints.list, list(identity)),
  route(staffEndpoints.add, add(identity)),
  route(staffEndpoints.remove, remove(identity)),
]

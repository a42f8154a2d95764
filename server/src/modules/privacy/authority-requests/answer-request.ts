import { createHash } from 'node:crypto'
import { contract } from '@avow/contract'
import { recordDecision } from '../../../platform/evidence/index.ts'
import { type Route, route } from '../../../platform/http/index.ts'
import type { AuthorityRequests } from './authority-requests.ts'
import { disclosedBy, makePackage, requirePlace, subjectConcerned } from './package.ts'
import { changeRequest, lockRequest } from './request-store.ts'
import { viewRequest } from './request-view.ts'

const prepare = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.prepare, async ({ tx, caller, params, body }) => {
    const { clock, gates } = deps
    const found = await lockRequest(deps, tx, params.authorityRequestId)
    const proposed = gates.disclosure.prepare(found.row, body.categories)
    const now = clock.now()
    const changes = { state: 'prepared' as const, proposed, preparedBy: caller.personId, preparedAt: now }
    const changed = await changeRequest(deps, tx, found, changes, { preparedNote: body.note })
    await recordDecision(tx, clock, {
      gate: 'disclosure',
      decision: 'done',
      rule: 'prepared',
      counted: proposed.length,
    })
    return viewRequest(changed, now)
  })

const review = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.review, async ({ tx, caller, params, body }) => {
    const { clock, gates } = deps
    const found = await lockRequest(deps, tx, params.authorityRequestId)
    const approved = gates.disclosure.review(found.row, caller.personId, body.decision, body.categories)
    const now = clock.now()
    const state = approved === null ? ('refused' as const) : ('approved' as const)
    const { decision, reason } = body
    const changes = { state, approved, decision, reviewedBy: caller.personId, reviewedAt: now }
    const changed = await changeRequest(deps, tx, found, changes, { decisionReason: reason })
    const leaf = { decision: approved === null ? ('refused' as const) : ('allowed' as const), rule: decision }
    await recordDecision(tx, clock, { gate: 'disclosure', ...leaf, counted: approved?.length ?? 0 })
    return viewRequest(changed, now)
  })

const handOut = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.handOut, async ({ tx, caller, params }) => {
    const { clock, gates } = deps
    const found = await lockRequest(deps, tx, params.authorityRequestId)
    const now = clock.now()
    const categories = gates.disclosure.handOut(found.row, now)
    requirePlace(deps, found)
    const archive = await makePackage(deps, tx, found, categories)
    const packageSha256 = createHash('sha256').update(archive).digest('hex')
    const changed = await changeRequest(deps, tx, found, {
      state: 'handed-out',
      handedOutAt: now,
      handedOutBy: caller.personId,
      packageSha256,
    })
    const about = found.row.toldAt === null ? [] : [subjectConcerned(found.row)]
    await deps.disclosures.record(tx, [{ ...disclosedBy(deps, found, now), about }])
    await recordDecision(tx, clock, {
      gate: 'disclosure',
      decision: 'done',
      rule: 'handed-out',
      counted: categories.length,
      commitment: createHash('sha256').update(`${found.details.salt}\n${packageSha256}`).digest('hex'),
    })
    const fileName = `avow-disclosure-${found.row.id}.tar.gz`
    return { ...viewRequest(changed, now), fileName, archive: archive.toString('base64') }
  })

const close = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.close, async ({ tx, params }) => {
    const { clock, gates } = deps
    const found = await lockRequest(deps, tx, params.authorityRequestId)
    const now = clock.now()
    gates.disclosure.close(found.row, now)
    const changed = await changeRequest(deps, tx, found, { state: 'closed', closedAt: now })
    await recordDecision(tx, clock, { gate: 'disclosure', decision: 'done', rule: 'closed' })
    return viewRequest(changed, now)
  })

const show = (deps: AuthorityRequests): Route =>
  route(contract.authorityRequests.get, async ({ tx, params }) =>
    viewRequest(await lockRequest(deps, tx, params.authorityRequestId), deps.clock.now()),
  )

export const answerRoutes = (deps: AuthorityRequests): Route[] => [
  show(deps),
  prepare(deps),
  review(deps),
  handOut(deps),
  close(deps),
]

import { contract } from '@avow/contract'
import { type CompiledPolicy, type Gate, ruleKinds } from '@avow/policy'
import { desc, inArray } from 'drizzle-orm'
import { evidenceLeaf, type Tx } from '../../platform/db/index.ts'
import type { Decision } from '../../platform/evidence/index.ts'
import { Refusal, type Route, route } from '../../platform/http/index.ts'
import { checks } from './checks/index.ts'
import { findNewestReport } from './store.ts'

/** Under which names the evidence log has the decisions of a gate of the policy. */
const recordedAs: { readonly [G in Gate]?: readonly Decision['gate'][] } = {
  'data-map': ['data-map'],
  purpose: ['purpose'],
  retention: ['retention'],
  transport: ['transport'],
  credentials: ['password'],
  'sign-up': ['age'],
  'staff-access': ['staff-access'],
  mail: ['mail'],
  attestation: ['attestation'],
  disclosure: ['disclosure'],
  incident: ['incident'],
  notice: ['notice'],
  training: ['training'],
  publication: ['publication'],
  egress: ['egress'],
  placement: ['placement'],
  tenancy: ['plan'],
}

const shownMax = 5

const findDecisions = async (tx: Tx, gates: readonly Gate[]) => {
  const names = [...new Set(gates.flatMap((gate) => recordedAs[gate] ?? []))]
  if (names.length === 0) return []
  const { gate, decision, rule, counted, at, treeIndex } = evidenceLeaf
  return tx
    .select({ gate, decision, rule, counted, at, treeIndex })
    .from(evidenceLeaf)
    .where(inArray(gate, names))
    .orderBy(desc(evidenceLeaf.sequence))
    .limit(shownMax)
}

/** One clause down to its evidence: rules, gates, the last check, and the newest decisions of those gates. */
export const showClause = (policy: CompiledPolicy): Route =>
  route(contract.privacy.clause, async ({ tx, params }) => {
    const clause = policy.clauses.find(({ id }) => id === params.clauseId.toUpperCase())
    if (clause === undefined)
      throw new Refusal('not_found', `The policy ${policy.id} has no clause ${params.clauseId}.`)
    const report = await findNewestReport(tx, policy)
    const found = report?.clauses.find(({ id }) => id === clause.id)
    const rules = policy.rules.filter(({ id }) => clause.rules.includes(id))
    const decisions = await findDecisions(
      tx,
      rules.map(({ gate }) => gate),
    )
    return {
      id: clause.id,
      kind: clause.kind,
      promise: clause.promise,
      state: found?.state ?? 'unproven',
      checkedAt: report?.checkedAt ?? null,
      check: found?.check ?? null,
      figure: found?.figure ?? null,
      reason: found === undefined ? 'not checked yet' : found.reason,
      rules: rules.map(({ id, gate, kind }) => ({
        rule: id,
        gate,
        says: ruleKinds[kind].says,
        needs: ruleKinds[kind].capability,
        check: checks[kind]?.name ?? null,
      })),
      evidence: decisions.map((one) => ({ ...one, at: one.at.toISOString() })),
    }
  })

import type { CompiledPolicy } from '@avow/policy'
import { type Config, ConfigError } from '../config.ts'
import { promptSendings, spansTo } from '../modules/inference/index.ts'
import type { Configured } from '../modules/privacy/index.ts'
import type { Clock } from '../platform/clock/index.ts'
import type { Database, Tx } from '../platform/db/index.ts'
import { type Connections, hostOf } from '../platform/egress/index.ts'
import { recordRefusals } from '../platform/evidence/index.ts'
import {
  createDisclosures,
  createEgressGate,
  createPlacementGate,
  type EgressGate,
  type Sending,
} from '../platform/gates/index.ts'
import type { Log } from '../platform/log/index.ts'
import { mailTo } from '../platform/mail/index.ts'

interface OutwardDeps {
  readonly config: Pick<Config, 'mail' | 'collector' | 'region' | 'databaseRecipient'>
  readonly databaseUrl: string
}

interface GateDeps extends OutwardDeps {
  readonly policy: CompiledPolicy
  readonly clock: Clock
  readonly log: Log
  readonly connections: Connections
}

/** Whoever runs the database has all that is in it, sealed or not. */
const databaseSending = ({ config, databaseUrl }: OutwardDeps): Sending & { address: string } => ({
  address: databaseUrl,
  recipient: config.databaseRecipient,
  purpose: 'provide',
  fields: [],
})

/** Everything that this installation is set up to send something to. */
export const configuredParties =
  (deps: OutwardDeps) =>
  async (tx: Tx): Promise<Configured[]> => {
    const { mail, collector } = deps.config
    const carried = mail.smtpUrl === undefined ? [] : [{ ...mailTo(mail), address: mail.smtpUrl }]
    const traced = collector === undefined ? [] : [spansTo(collector)]
    return [
      ...carried.map((sending) => ({ what: 'mail' as const, name: 'mail server', sending })),
      ...traced.map((sending) => ({ what: 'traces' as const, name: 'collector', sending })),
      { what: 'database', name: 'database', sending: databaseSending(deps) },
      ...(await promptSendings(tx)).map((one) => ({ what: 'model' as const, ...one })),
    ]
  }

const problemsOfCollector = (
  collector: Config['collector'],
  egress: EgressGate,
  connections: Pick<Connections, 'mayReach'>,
): string[] => {
  if (collector === undefined) return []
  const verdict = egress.judge(spansTo(collector))
  if (!verdict.allowed) return [`AVOW_OTLP_URL, AVOW_OTLP_RECIPIENT: ${verdict.why}. ${verdict.todo}`]
  return connections.mayReach(hostOf(new URL(collector.url)))
    ? []
    : ['AVOW_OTLP_URL: with AVOW_AIR_GAP on, spans can go to a collector in your own network only']
}

/** The gates through which anything leaves, or is put in a region. What the settings want and the policy forbids is told at once. */
export const openOutwardGates = (deps: GateDeps, database: Database) => {
  const { config, policy, clock, connections, log } = deps
  const refusals = recordRefusals({ database, clock, log: log.child('evidence') })
  const noteBy = (gate: 'placement' | 'egress') => (rule: string) => refusals.note(gate, rule)
  const placement = createPlacementGate(policy, config.region, noteBy('placement'))
  const egress = createEgressGate(policy, placement, connections, noteBy('egress'))
  const problems: string[] = []
  if (config.region !== null) {
    const placed = placement.judge({ country: config.region, pin: null, safeguard: null })
    if (!placed.allowed) problems.push(`AVOW_REGION: ${placed.why}. Run in one of these, or change the policy`)
  }
  const { smtpUrl } = config.mail
  if (smtpUrl !== undefined) {
    const carrier = egress.judge(mailTo(config.mail))
    if (!carrier.allowed) problems.push(`AVOW_SMTP_URL, AVOW_SMTP_RECIPIENT: ${carrier.why}. ${carrier.todo}`)
    else if (!connections.mayReach(hostOf(new URL(smtpUrl))))
      problems.push('AVOW_SMTP_URL: with AVOW_AIR_GAP on, mail can go to a server in your own network only')
  }
  problems.push(...problemsOfCollector(config.collector, egress, connections))
  const storage = egress.judge(databaseSending(deps))
  if (!storage.allowed) problems.push(`DATABASE_URL, AVOW_DATABASE_RECIPIENT: ${storage.why}. ${storage.todo}`)
  if (problems.length > 0) throw new ConfigError(problems)
  const disclosures = createDisclosures(policy, config.region)
  return { egress, placement, refusals, disclosures, connections }
}

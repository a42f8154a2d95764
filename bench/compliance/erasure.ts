import { dataMap } from '../../server/src/app.ts'
import { createIdentity } from '../../server/src/modules/identity/index.ts'
import { erasePerson, insertRequest, type Rights } from '../../server/src/modules/privacy/rights/index.ts'
import { ensureDayPartitions } from '../../server/src/platform/db/index.ts'
import { createPasswordGate } from '../../server/src/platform/gates/index.ts'
import { newId } from '../../server/src/platform/ids.ts'
import { createLog } from '../../server/src/platform/log/index.ts'
import { addressIndex, createMailer } from '../../server/src/platform/mail/index.ts'
import { shredding } from '../../server/src/platform/vault/index.ts'
import { keepResult, median, quantile, rounded } from '../figures.ts'
import { openPlatform } from './open-platform.ts'

// npm run bench:erasure -w bench
// Erasing people with a hundred rows in each of ten tables, from the start of the work to a proof in the log.
const peopleCount = 60
const warmUp = 5
const goalMs = 250

const platform = await openPlatform(dataMap)
const { clock, database, evidence, gates, policy, vault } = platform
const log = createLog('silent')
const publicUrl = () => 'http://127.0.0.1'
const mailer = createMailer({ database, clock, vault, smtpUrl: undefined, from: 'Avow <no-reply@avow.invalid>' })
const identity = createIdentity({
  database,
  databaseUrl: platform.url,
  clock,
  log,
  vault,
  policy,
  mail: mailer,
  passwordGate: createPasswordGate(policy.password),
  publicUrl,
  operatorToken: { matches: () => false },
  knownModels: async () => new Set(),
  acted: async () => undefined,
})
const rights: Rights = {
  database,
  clock,
  policy,
  map: dataMap,
  vault,
  mailer,
  publicUrl,
  evidence,
  erasureGate: gates.erasure,
  subjectKeys: shredding(vault),
  accounts: identity.api.accounts,
}

interface Filled {
  readonly personId: string
  readonly organisationId: string
  readonly email: string
}

/** A person alone in an organisation. */
const makePerson = async (number: number): Promise<Filled> => {
  const [personId, organisationId] = [`person-${1000 + number}-`, `org-${1000 + number}-`]
  const email = `${personId}@example.org`
  const seal = (table: string, column: string, subject: string, text: string) =>
    vault.sealFor(subject, { table, column, row: subject }, text)
  await database.pool.query(
    `insert into person (id, sealed_email, email_index, sealed_name, password_hash, email_verified_at, last_active_at, created_at)
     values ($1, $2, $3, $4, 'x', now(), now(), now())`,
    [
      personId,
      await seal('person', 'sealed_email', personId, email),
      addressIndex(vault, email),
      await seal('person', 'sealed_name', personId, 'A Name'),
    ],
  )
  await database.pool.query('insert into organisation (id, sealed_name, created_at) values ($1, $2, now())', [
    organisationId,
    await seal('organisation', 'sealed_name', organisationId, 'Their place'),
  ])
  await database.pool.query(
    `insert into membership (organisation_id, person_id, role, joined_at) values ($1, $2, 'owner', now())`,
    [organisationId, personId],
  )
  return { personId, organisationId, email }
}

/** $1 the person, $2 the organisation, $3 bytes, $4 the address's index, $5 the time: a hundred rows of each table. */
const hundreds: Readonly<Record<string, string>> = {
  idempotency: `(id, request_hash, person_id, sealed_response, created_at) select $1 || n, 'x', $1, $3, $5`,
  session: `(id, person_id, token_hash, created_at, last_seen_at, expires_at, sealed_ip_address) select $1 || n, $1, $1 || n, $5, $5, $5, $3`,
  security_event: `(id, at, kind, person_id, sealed_ip_address) select $1 || n, $5, 'signed-in', $1, $3`,
  password_reset: `(id, person_id, token_hash, created_at, expires_at) select $1 || n, $1, $1 || n, $5, $5`,
  backup_code: `(code_hash, person_id, created_at) select $1 || n, $1, $5`,
  mail_outbox: `(id, about, sealed_recipient, recipient_index, kind, sealed_message, state, created_at) select $1 || n, $1, $3, $4, 'notice', $3, 'sent', $5`,
  invitation: `(id, organisation_id, sealed_email, email_index, role, state, token_hash, invited_by, created_at, expires_at) select $1 || n, $2, $3, $1 || n, 'member', 'pending', $1 || n, $1, $5, $5`,
  project: `(id, organisation_id, sealed_name, name_index, created_at) select $1 || n, $2, $3, $1 || n, $5`,
  api_key: `(id, project_id, organisation_id, kind, sealed_name, prefix, secret_hash, created_at, created_by) select $1 || n, $1 || n, $2, 'api', $3, 'k', $1 || n, $5, $1`,
  usage_event: `(id, at, organisation_id, project_id, key_id, model, served, stream, outcome, status, prompt_tokens, completion_tokens, estimated, duration_ms, currency, prompt_micros_per_million, completion_micros_per_million, cost_micros) select $1 || n, $5, $2, $2, 'k', 'm', 'embedded', false, 'completed', 200, 1, 1, false, 1, 'EUR', 1, 1, 1`,
}

const casts = '$1::text is not null and $2::text is not null and $3::bytea is not null and $4::text is not null'

const fillPerson = async (number: number): Promise<Filled> => {
  const made = await makePerson(number)
  const values = [
    made.personId,
    made.organisationId,
    Buffer.alloc(200, 7),
    addressIndex(vault, made.email),
    clock.now(),
  ]
  for (const [table, rows] of Object.entries(hundreds))
    await database.pool.query(
      `insert into ${table} ${rows} from generate_series(1, 100) n where ${casts} and $5::timestamptz is not null`,
      values,
    )
  return made
}

/** The rows of a person's that are left, whatever the table. */
const leftOf = ({ personId, organisationId, email }: Filled) =>
  gates.erasure.remaining(database.direct, {
    personId,
    addresses: [addressIndex(vault, email)],
    organisationIds: [organisationId],
    until: clock.now(),
  })

/** Erases one person, up to the proof for their receipt. @returns how long that took, and how many rows there were */
const eraseTimed = async (who: Filled): Promise<{ ms: number; cpuMs: number; rowCount: number }> => {
  clock.set(new Date())
  const [id, now] = [newId('rrq', clock), clock.now()]
  const times = { askedAt: now, dueAt: now, startsAt: now }
  const asked = { id, kind: 'erasure', state: 'waiting', personId: who.personId, commitment: 'ab'.repeat(32) } as const
  await insertRequest(database.direct, { ...asked, ...times })
  const before = await leftOf(who)
  const cpuBefore = platform.cpuMs()
  const began = performance.now()
  const outcome = await erasePerson(rights, id)
  const { rows } = await database.pool.query<{ sequence: string }>(
    'select evidence_sequence as sequence from rights_request where id = $1',
    [id],
  )
  const index = await evidence.indexOf(BigInt(rows[0]?.sequence ?? -1))
  const proof = index === undefined ? undefined : await evidence.proof(index)
  const ms = performance.now() - began
  const cpuMs = platform.cpuMs() - cpuBefore
  const after = await leftOf(who)
  if (outcome !== 'done' || proof === undefined) throw new Error(`an erasure ended as ${outcome}`)
  if (before.filter(({ due }) => due >= 100).length < 10 || after.length > 0)
    throw new Error(`rows before: ${JSON.stringify(before)}; after: ${JSON.stringify(after)}`)
  return { ms, cpuMs, rowCount: before.reduce((sum, { due }) => sum + due, 0) }
}

try {
  await ensureDayPartitions(database.direct, 'usage_event', clock.now(), 2)
  const people: Filled[] = []
  for (let number = 0; number < peopleCount + warmUp; number++) people.push(await fillPerson(number))
  await database.pool.query('vacuum analyze')
  const taken: number[] = []
  const cpu: number[] = []
  let rowsEach = 0
  for (const [number, who] of people.entries()) {
    const { ms, cpuMs, rowCount } = await eraseTimed(who)
    if (number < warmUp) continue
    taken.push(ms)
    cpu.push(cpuMs)
    rowsEach = rowCount
  }
  const p95Ms = rounded(quantile(taken, 0.95))
  const result = {
    people: taken.length,
    rowsEach,
    medianMs: rounded(median(taken)),
    p95Ms,
    cpuMedianMs: rounded(median(cpu)),
    cpuP95Ms: rounded(quantile(cpu, 0.95)),
    goal: `p95 < ${goalMs} ms`,
    met: p95Ms < goalMs,
  }
  console.table(result)
  keepResult('erasure', result)
} finally {
  await identity.stop()
  await platform.stop()
}

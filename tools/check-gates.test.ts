import { describe, expect, test } from 'vitest'
import { checkGates } from './check-gates.ts'
import { gateRules } from './gate-rules.ts'
import { plantRepository } from './testing/planted-repository.ts'

const somewhere = 'server/src/modules/billing/rate-usage.ts'

function violationsOf(code: string, file = somewhere): string[] {
  using planted = plantRepository({ [file]: code })
  const result = checkGates(planted.root, withoutExceptions)
  expect(result.examined).toBe(1)
  return result.violations
}

const withoutExceptions = gateRules.map((rule) => ({ ...rule, exceptions: {} }))

const forbidden: [rule: string, code: string][] = [
  ['clock', 'export const a = Date.now()'],
  ['clock', 'export const deps = { now: Date.now }'],
  ['clock', 'export const a = new Date()'],
  ['clock', 'export const a = Date()'],
  ['egress', 'export const a = await fetch("https://example.org")'],
  ['egress', 'export const deps = { fetch }'],
  ['egress', 'export const deps = { get: globalThis.fetch }'],
  ['egress', 'import { dispatch } from "undici"\nexport const a = dispatch'],
  ['egress', 'export const a = await import("undici")'],
  ['egress', 'import { request } from "node:http"\nexport const a = request'],
  ['egress', 'import { get as fetchIt } from "node:https"\nexport const a = fetchIt'],
  ['egress', 'import { connect } from "node:net"\nexport const a = connect'],
  ['egress', 'import { TLSSocket } from "node:tls"\nexport const a = TLSSocket'],
  ['egress', 'import * as udp from "node:dgram"\nexport const a = udp'],
  ['connections', 'import { openPool } from "../../platform/egress/index.ts"\nexport const a = openPool'],
  ['connections', 'import { fetchPublic as get } from "../../platform/egress/fetch.ts"\nexport const a = get'],
  ['mail', 'import { openSmtp } from "../../platform/egress/index.ts"\nexport const a = openSmtp'],
  ['mail', 'import mailer from "nodemailer"\nexport const a = mailer'],
  ['staff-access', 'import { openMessages } from "../../platform/mail/index.ts"\nexport const a = openMessages'],
  ['staff-access', 'import { listMail as list } from "../../platform/mail/index.ts"\nexport const a = list'],
  ['training', 'export const a = (gate) => gate.require("training", "content.inference")'],
  ['training', 'export const a = (gate, tx, ids) => gate.leftOut(tx, ids, "training", "content.inference")'],
  ['training', 'export const reader = { purpose: "training", fields: [] }'],
  ['training', 'export const a = (databases) => databases.for("provide", "training").direct'],
  ['training', 'export const job = { name: "tune", readsFor: ["training"] }'],
  ['publication', 'export const a = (fields) => fields as Published'],
  ['publication', 'export const column = { category: "content.published" }'],
  ['transport', 'import { createServer } from "node:http"\nexport const a = createServer'],
  ['transport', 'import { createServer as listen } from "node:net"\nexport const a = listen'],
  ['password', 'import { hash } from "@node-rs/argon2"\nexport const a = hash'],
  ['purpose', 'import { Pool } from "pg"\nexport const a = Pool'],
  ['purpose', 'import { drizzle } from "drizzle-orm/node-postgres"\nexport const a = drizzle'],
  ['purpose', 'export const a = (database) => database.pool.query("select 1")'],
  ['duty', 'export const a = (databases) => databases.duty("check").direct'],
  ['duty', 'export const a = ({ duty }) => duty("check").direct'],
  ['duty', 'export const a = (databases) => databases["duty"]("check").direct'],
  ['behalf', 'export const a = (tx, id) => tx.as(tx.reading.by(id))'],
  ['behalf', 'export const a = (tx, id) => {\n  const { by } = tx.reading\n  return tx.as(by(id))\n}'],
  ['reading', 'import { makeReading } from "../../platform/db/index.ts"\nexport const a = makeReading'],
  ['reading', 'import * as db from "../../platform/db/index.ts"\nexport const a = db.withReadings'],
  ['retention', 'export const a = "delete from session where expires_at < $1"'],
  ['retention', 'export const a = "DELETE FROM session WHERE now() > expires_at"'],
  ['retention', 'export const a = (t: string) => `delete from ${t} where created_at <= now()`'],
  ['retention', 'export const a = (t: string) => `drop table ${t}`'],
  ['retention', 'export const a = "truncate usage_event"'],
  ['retention', 'export const a = "alter table usage_event detach partition p1"'],
  ['retention', 'export const a = (tx, t, lt, d) => tx.delete(t).where(lt(t.createdAt, d))'],
  ['retention', 'export const a = (tx, t, and, lte, d) => tx.delete(t).where(and(t.id, lte(t.at, d))).returning()'],
  ['retention', 'export const a = (tx, t, sql) => tx.delete(t).where(sql`${t.at} < now()`)'],
]

const allowed: string[] = [
  'export const a = (clock: { now(): Date }) => clock.now()',
  'export const a = new Date("2026-01-01T00:00:00Z")',
  'export const a = (fetch: (url: string) => void) => fetch("https://example.org")',
  'export const a = (deps: { fetch(): void }) => deps.fetch()',
  'import { STATUS_CODES } from "node:http"\nexport const a = STATUS_CODES',
  'import { isIP } from "node:net"\nexport const a = isIP',
  'import { hostOf } from "../../platform/egress/index.ts"\nexport const a = hostOf',
  'import { connect } from "./tunnel.ts"\nexport const a = connect',
  'import type { Pool } from "pg"\nexport type A = Pool',
  'export const a = (databases) => databases.for("billing").direct',
  'export const a = (tx) => tx.reading.purposes',
  'export const a = (order, key) => order.by(key)',
  'import type { IncomingMessage } from "node:http"\nexport type A = IncomingMessage',
  'import type { Dispatcher } from "undici"\nexport type A = Dispatcher',
  'export const a = (gate, tx, use) => gate.training.require(tx, use)',
  'export const a = (gate, tx, wish, token) => gate.publication.publish(tx, wish, token)',
  'export const a = "delete from session where id = $1"',
  'export const a = "select 1 from session where expires_at < $1"',
  'export const a = "delete from map where value -> $1 = $2 and name <> $3"',
  'export const a = (cache: Map<string, string>) => cache.delete("x")',
  'export const a = (tx, t, eq) => tx.delete(t).where(eq(t.id, 1))',
  'export const a = (tx, t, gt, d) => tx.delete(t).where(gt(t.expiresAt, d)).returning()',
]

describe('the gates check', () => {
  test.each(forbidden)('%s: reports %s', (rule, code) => {
    const violations = violationsOf(code)
    expect(violations.length).toBeGreaterThan(0)
    expect(violations.every((line) => line.startsWith(`${somewhere}:`) && line.includes(` ${rule}: `))).toBe(true)
  })

  test.each(allowed)('lets through %s', (code) => {
    expect(violationsOf(code)).toEqual([])
  })

  test('has a planted violation for every rule', () => {
    expect(gateRules.map((rule) => rule.name)).toEqual([...new Set(forbidden.map(([rule]) => rule))])
  })

  test.each(gateRules)('lets $name be done where it belongs', (rule) => {
    const code = forbidden.find(([name]) => name === rule.name)?.[1] ?? ''
    expect(violationsOf(code, `${rule.home}a.ts`)).toEqual([])
  })

  test('lets a test do what a test must, and a folder what its exception says', () => {
    expect(violationsOf('export const a = Date.now()', 'server/src/modules/billing/test-clock.ts')).toEqual([])
    const rules = withoutExceptions
      .slice(0, 1)
      .map((rule) => ({ ...rule, exceptions: { 'server/src/modules/billing/': 'because' } }))
    using planted = plantRepository({ [somewhere]: 'export const a = Date.now()' })
    expect(checkGates(planted.root, rules).violations).toEqual([])
  })

  test('reports an exception that its file no longer needs', () => {
    const rules = withoutExceptions.map((rule) => ({ ...rule, exceptions: { [somewhere]: 'because' } }))
    using planted = plantRepository({ [somewhere]: 'export const a = Date.now()' })
    const names = checkGates(planted.root, rules).violations.map((line) => line.split(' ')[1])
    expect(names).toEqual(gateRules.map((rule) => `${rule.name}:`).filter((name) => name !== 'clock:'))
  })

  test('examines nothing where there is nothing, which does not pass', () => {
    using planted = plantRepository({ 'README.md': '' })
    expect(checkGates(planted.root, withoutExceptions).examined).toBe(0)
  })
})

/** What settings can be made of; each says what is wrong with a text. */
import { isIP } from 'node:net'
import { addDuration, parseDuration } from '@avow/policy'
import { z } from 'zod'

export const wholeNumber = (from: number, to: number) => {
  const wrong = `must be a whole number from ${from} to ${to}`
  return z.coerce.number(wrong).int(wrong).min(from, wrong).max(to, wrong)
}
export const oneOf = <const Word extends string>(...words: Word[]) =>
  z.enum(words, `must be one of: ${words.join(', ')}`)
export const url = (wrong: string, protocol: RegExp) => z.url({ protocol, error: wrong })
export const flag = z.stringbool('must be on or off')
/** Path of Docker's; null: none is wanted. */
export const socket = z
  .string()
  .min(1)
  .default('/var/run/docker.sock')
  .transform((path) => (path === 'off' ? null : path))
export const duration = z
  .string()
  .refine((text) => parseDuration(text) !== null && !/^P(T?0[A-Z])+$/.test(text), 'must be an ISO 8601 duration or off')

/** An ISO 8601 duration in ms; null: it is none. */
export const msOf = (text: string): number | null => {
  const parsed = parseDuration(text)
  return parsed === null ? null : addDuration(new Date(0), parsed).getTime()
}

/** How long somebody is waited for. */
export const wait = z.string().refine((text) => {
  const ms = msOf(text)
  return ms !== null && ms >= 1000 && ms <= 86_400_000
}, 'must be an ISO 8601 duration from PT1S to P1D')

export const perMinute = wholeNumber(0, 1_000_000)

export const recipientId = z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be the id of a recipient in the policy')

/** As OpenTelemetry's own setting for headers is written. */
export const headerList = z.string().transform((text, context) => {
  const headers: Record<string, string> = {}
  for (const pair of text.split(',')) {
    const [, name, value = ''] = /^\s*([A-Za-z0-9-]+)=([\x21-\x7e]*)\s*$/.exec(pair) ?? []
    try {
      if (name === undefined) throw new Error('it has no name')
      headers[name.toLowerCase()] = decodeURIComponent(value)
    } catch {
      context.addIssue({ code: 'custom', message: 'must be name=value with commas between, values percent-encoded' })
      return z.NEVER
    }
  }
  return headers
})

const isAddressRange = (text: string): boolean => {
  const [, address = '', bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(text) ?? []
  const version = isIP(address)
  return version !== 0 && Number(bits ?? 0) <= (version === 4 ? 32 : 128)
}
export const addressRanges = z
  .string()
  .transform((text) => text.split(',').map((one) => one.trim()))
  .refine((all) => all.every(isAddressRange), 'must be IP addresses or CIDR blocks with commas between')

/** Settings of what is done against abuse: part of all settings. */
import { z } from 'zod'
import { duration, perMinute, wholeNumber } from './setting-schemas.ts'

export const abuseSettings = {
  AVOW_FLOOD_BLOCK: {
    schema: z.union([z.literal('off'), duration]).default('PT5M'),
    example: 'PT15M',
    about:
      'For how long strangers from an address are not answered after a flood (ISO 8601 duration); off: floods only raise alerts.',
  },
  AVOW_FLOOD_REQUESTS: {
    schema: perMinute.default(6000),
    example: '20000',
    about: 'Requests of nobody known from one address that are a flood, in a minute; 0: not counted.',
  },
  AVOW_FLOOD_KEYS: {
    schema: perMinute.default(100),
    example: '50',
    about: 'Different API keys that nobody has, from one address, that are a flood, in a minute; 0: not counted.',
  },
  AVOW_FLOOD_NOT_FOUND: {
    schema: perMinute.default(600),
    example: '300',
    about:
      'Requests of nobody known from one address for what is not there that are a flood, in a minute; 0: not counted.',
  },
  AVOW_SPEND_TIMES: {
    schema: wholeNumber(0, 1_000_000).default(10),
    example: '20',
    about:
      'So many times what a key or a project usually spends in an hour is sudden, and raises an alert; 0: nobody watches.',
  },
  AVOW_SPEND_FLOOR: {
    schema: wholeNumber(0, 1_000_000_000).default(10),
    example: '100',
    about: 'What is spent in an hour is never sudden below this, in whole units of the currency.',
  },
  AVOW_SPEND_THROTTLE: {
    schema: z.union([z.literal('off'), duration]).default('off'),
    example: 'PT1H',
    about:
      'For how long a key or a project that spends suddenly is slowed down (ISO 8601 duration); off: it only raises an alert.',
  },
  AVOW_SPEND_REQUESTS: {
    schema: wholeNumber(1, 1_000_000).default(6),
    example: '1',
    about: 'Requests in a minute of a key or a project that is slowed down for sudden spending.',
  },
} as const

type AbuseSettings = { readonly [K in keyof typeof abuseSettings]: z.output<(typeof abuseSettings)[K]['schema']> }

/** In a minute, from one address; 0: not counted. */
export interface FloodSettings {
  /** ISO 8601; null: nobody is blocked. */
  block: string | null
  requests: number
  keys: number
  notFound: number
}

export interface SpendSettings {
  /** 0: nobody watches. */
  times: number
  /** Whole units of the currency. */
  floor: number
  /** ISO 8601; null: nobody is slowed down. */
  throttle: string | null
  requestsPerMinute: number
}

export const floodsOf = (v: AbuseSettings): FloodSettings => ({
  block: v.AVOW_FLOOD_BLOCK === 'off' ? null : v.AVOW_FLOOD_BLOCK,
  requests: v.AVOW_FLOOD_REQUESTS,
  keys: v.AVOW_FLOOD_KEYS,
  notFound: v.AVOW_FLOOD_NOT_FOUND,
})

export const spendOf = (v: AbuseSettings): SpendSettings => ({
  times: v.AVOW_SPEND_TIMES,
  floor: v.AVOW_SPEND_FLOOR,
  throttle: v.AVOW_SPEND_THROTTLE === 'off' ? null : v.AVOW_SPEND_THROTTLE,
  requestsPerMinute: v.AVOW_SPEND_REQUESTS,
})

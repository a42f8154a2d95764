import { usageFailure } from './failure.ts'

const amount = /^(\d{1,12})(?:\.(\d+))?$/

/**
 * An amount of currency units, as a person writes it ("0.15", "2"), in micro-units (10^-6): exact, never through a float.
 * Refuses signs, exponents, thousands separators and more than six decimals.
 */
export const microsFromUnits = (text: string): bigint => {
  const parts = amount.exec(text.trim())
  if (parts === null)
    throw usageFailure(`"${text}" is not an amount of money`, 'Write it in currency units, such as 0.15 or 2.')
  const fraction = (parts[2] ?? '').replace(/0+$/, '')
  if (fraction.length > 6)
    throw usageFailure(`"${text}" is finer than a millionth of a currency unit`, 'Use at most six decimals.')
  return BigInt(parts[1] ?? '0') * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
}

/** Micro-units as currency units with at least two decimals and no more than are needed: 150000n -> "0.15". */
export const unitsFromMicros = (micros: bigint): string => {
  const sign = micros < 0n ? '-' : ''
  const size = micros < 0n ? -micros : micros
  const fraction = (size % 1_000_000n)
    .toString()
    .padStart(6, '0')
    .replace(/0{1,4}$/, '')
  return `${sign}${size / 1_000_000n}.${fraction}`
}

/** "0.15 EUR" from the API's decimal string of micro-units. */
export const price = (micros: string, currency: string): string => `${unitsFromMicros(BigInt(micros))} ${currency}`

/** Numbers by which cards and people are known, recognised by form, range and check digits. */

export type UnwantedKind = 'card-number' | 'government-id'

export interface UnwantedNumber {
  readonly kind: UnwantedKind
  /** In words, such as `a card number`; never the number. */
  readonly what: string
}

const digitsOf = (text: string): number[] => [...text].filter((one) => one >= '0' && one <= '9').map(Number)

/** ISO/IEC 7812-1: the check digit of card numbers. */
const isLuhn = (digits: readonly number[]): boolean => {
  const sum = digits.toReversed().reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}

/** Ranges and lengths that issuers use (ISO/IEC 7812): first digits, from and to, and how many digits. */
const issuers: readonly (readonly [from: number, to: number, lengths: readonly number[]])[] = [
  [4, 4, [13, 16, 19]],
  [51, 55, [16]],
  [2221, 2720, [16]],
  [34, 34, [15]],
  [37, 37, [15]],
  [300, 305, [14]],
  [36, 36, [14]],
  [38, 39, [14]],
  [3528, 3589, [16]],
  [6011, 6011, [16, 19]],
  [644, 649, [16, 19]],
  [65, 65, [16, 19]],
  [62, 62, [16, 17, 18, 19]],
  [2200, 2204, [16]],
  [5018, 5018, [16]],
  [5020, 5020, [16]],
  [6304, 6304, [16]],
]

const isCard = (text: string): boolean => {
  const digits = digitsOf(text)
  const written = digits.join('')
  const isIssued = issuers.some(([from, to, lengths]) => {
    const start = Number(written.slice(0, String(from).length))
    return lengths.includes(digits.length) && start >= from && start <= to
  })
  return isIssued && new Set(digits).size > 1 && isLuhn(digits)
}

const weighted = (digits: readonly number[], weights: readonly number[]): number =>
  weights.reduce((sum, weight, index) => sum + weight * (digits[index] ?? 0), 0)

const isDate = (year: number, month: number, day: number): boolean => {
  const at = new Date(Date.UTC(year, month - 1, day))
  return at.getUTCMonth() === month - 1 && at.getUTCDate() === day
}

/** Social Security Administration: areas 000, 666 and 9xx, group 00 and serial 0000 are not issued. */
const isUsSocialSecurity = (text: string): boolean => {
  const [area = '', group = '', serial = ''] = text.split(/[- ]/)
  return !/^(000|666|9)/.test(area) && group !== '00' && serial !== '0000'
}

const taiwanLetters = 'ABCDEFGHJKLMNPQRSTUVXYWZIO'
/** Ministry of the Interior: the letter is a number from 10 up, the last digit checks. */
const isTaiwanId = (text: string): boolean => {
  const letter = taiwanLetters.indexOf(text[0]?.toUpperCase() ?? '') + 10
  const digits = [Math.floor(letter / 10), letter % 10, ...digitsOf(text)]
  return weighted(digits, [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0
}

/** GB 11643-1999: date of birth inside, check by ISO 7064 MOD 11-2. */
const isChinaId = (text: string): boolean => {
  const digits = digitsOf(text.slice(0, 17))
  const isBorn = isDate(Number(text.slice(6, 10)), Number(text.slice(10, 12)), Number(text.slice(12, 14)))
  const sum = weighted(digits, [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
  return isBorn && '10X98765432'[sum % 11] === text[17]?.toUpperCase()
}

/** DNI and NIE: the letter is the number modulo 23. */
const isSpainId = (text: string): boolean => {
  const written = text.toUpperCase().replace(/[- ]/g, '')
  const number = Number(written.slice(0, -1).replace('X', '0').replace('Y', '1').replace('Z', '2'))
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23] === written.at(-1)
}

const oddValues = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
/** Codice fiscale (D.M. 23 December 1976): the last letter checks. */
const isItalyCode = (text: string): boolean => {
  const written = text.toUpperCase()
  const numberOf = (one: string): number => (/\d/.test(one) ? Number(one) : one.charCodeAt(0) - 65)
  const sum = [...written.slice(0, 15)].reduce((total, one, index) => {
    const value = numberOf(one)
    return total + (index % 2 === 0 ? (oddValues[value] ?? 0) : value)
  }, 0)
  return String.fromCharCode(65 + (sum % 26)) === written[15]
}

/** Cadastro de Pessoas Físicas: two check digits modulo 11. */
const isBrazilCpf = (text: string): boolean => {
  const digits = digitsOf(text)
  const check = (count: number): number => {
    const rest =
      (weighted(
        digits,
        Array.from({ length: count }, (_one, index) => count + 1 - index),
      ) *
        10) %
      11
    return rest === 10 ? 0 : rest
  }
  return new Set(digits).size > 1 && check(9) === digits[9] && check(10) === digits[10]
}

/** NRIC and FIN: the last letter checks. */
const isSingaporeId = (text: string): boolean => {
  const written = text.toUpperCase()
  const first = written[0] ?? ''
  const base = { S: 0, T: 4, F: 0, G: 4, M: 3 }[first] ?? 0
  const rest = (weighted(digitsOf(written), [2, 7, 6, 5, 4, 3, 2]) + base) % 11
  const letters = { S: 'JZIHGFEDCBA', T: 'JZIHGFEDCBA', M: 'KLJNPQRTUWX' }[first] ?? 'XWUTRQPNMLK'
  return letters[rest] === written.at(-1)
}

/** By the seventh digit of a resident number. */
const centuries = [18, 19, 19, 20, 20, 19, 19, 20, 20, 18]

/** Resident registration number: date of birth inside, last digit checks (those issued before October 2020). */
const isKoreaId = (text: string): boolean => {
  const digits = digitsOf(text)
  const century = centuries[digits[6] ?? 0] ?? 19
  const isBorn = isDate(century * 100 + Number(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4, 6)))
  return isBorn && (11 - (weighted(digits, [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]) % 11)) % 10 === digits[12]
}

const multiply = (a: number, b: number): number => {
  if (a < 5 && b < 5) return (a + b) % 5
  if (a < 5) return 5 + ((a + b - 5) % 5)
  return b < 5 ? 5 + ((a - 5 - b + 5) % 5) : (a - b + 5) % 5
}
const permuted = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
const permute = (digit: number, times: number): number =>
  times === 0 ? digit : permute(permuted[digit] ?? 0, times - 1)
/** Aadhaar: twelve digits with Verhoeff's check digit; none begins with 0 or 1. */
const isIndiaAadhaar = (text: string): boolean =>
  digitsOf(text)
    .toReversed()
    .reduce((sum, digit, index) => multiply(sum, permute(digit, index % 8)), 0) === 0

interface Form extends UnwantedNumber {
  readonly pattern: RegExp
  readonly fits: (text: string) => boolean
}

const governmentId = (what: string, pattern: RegExp, fits: (text: string) => boolean): Form => ({
  kind: 'government-id',
  what,
  pattern,
  fits,
})

/** No letter, digit or sign that would make it a part of something longer. */
const alone = (pattern: string): RegExp => new RegExp(`(?<![\\p{L}\\p{N}_.])(?:${pattern})(?![\\p{L}\\p{N}_])`, 'giu')

const forms: readonly Form[] = [
  { kind: 'card-number', what: 'a card number', pattern: alone('\\d(?:[ -]?\\d){12,18}'), fits: isCard },
  governmentId(
    'a social security number of the United States',
    alone('\\d{3}([- ])\\d{2}\\1\\d{4}'),
    isUsSocialSecurity,
  ),
  governmentId('an identity card number of Taiwan', alone('[A-Z][1289]\\d{8}'), isTaiwanId),
  governmentId('an identity card number of China', alone('[1-8]\\d{16}[\\dX]'), isChinaId),
  governmentId('an identity number of Spain', alone('(?:\\d{8}|[XYZ]\\d{7})[- ]?[A-Z]'), isSpainId),
  governmentId('a tax code of Italy', alone('[A-Z]{6}\\d{2}[A-EHLMPRST]\\d{2}[A-Z]\\d{3}[A-Z]'), isItalyCode),
  governmentId('a CPF number of Brazil', alone('\\d{3}\\.\\d{3}\\.\\d{3}-\\d{2}'), isBrazilCpf),
  governmentId('an identity number of Singapore', alone('[STFGM]\\d{7}[A-Z]'), isSingaporeId),
  governmentId('a resident number of Korea', alone('\\d{6}-[0-9]\\d{6}'), isKoreaId),
  governmentId('an Aadhaar number of India', alone('[2-9]\\d{3}([ -])\\d{4}\\1\\d{4}'), isIndiaAadhaar),
]

/** Digits as people type them anywhere, without what cannot be seen. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u2060\ufeff\u00ad]/g, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/\s/g, ' ')

/** The first such number in a text; null when there is none. A text of a size that no form takes is read whole too. */
export const findUnwanted = (text: string, kinds: ReadonlySet<UnwantedKind>): UnwantedNumber | null => {
  if (!/\d/.test(text.normalize('NFKC'))) return null
  const read = plain(text)
  for (const { kind, what, pattern, fits } of forms) {
    if (!kinds.has(kind)) continue
    for (const [found] of read.matchAll(pattern)) if (fits(found)) return { kind, what }
  }
  return null
}

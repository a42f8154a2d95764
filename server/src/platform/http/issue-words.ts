import type { z } from 'zod'

const sized: Readonly<Record<string, string>> = { string: 'character', array: 'entry' }
const formats: Readonly<Record<string, string>> = {
  email: 'an email address',
  url: 'an address with its scheme, such as https://cloud.example.org',
  datetime: 'a UTC instant, such as 2026-01-31T00:00:00Z',
  date: 'a date, such as 2026-01-31',
}
const types: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

const counted = (number: number | bigint, noun: string): string =>
  number === 1 ? `1 ${noun}` : `${number} ${noun === 'entry' ? 'entries' : `${noun}s`}`

const listed = (words: readonly unknown[]): string => words.map((word) => `“${String(word)}”`).join(', ')

const limitWords = (origin: string, limit: number | bigint, side: 'least' | 'most'): string => {
  const noun = sized[origin]
  if (noun === undefined) return `must be at ${side} ${limit}`
  return side === 'least' && limit === 1 ? 'must not be empty' : `must have at ${side} ${counted(limit, noun)}`
}

/** What is wrong with a value, for a person; where the schema itself does not say it. */
export const issueWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${types[issue.expected] ?? issue.expected}`
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${listed(issue.values)}`
    case 'too_small':
      return limitWords(issue.origin, issue.minimum, 'least')
    case 'too_big':
      return limitWords(issue.origin, issue.maximum, 'most')
    case 'invalid_format':
      return formats[issue.format] === undefined ? 'is not in the right form' : `must be ${formats[issue.format]}`
    case 'unrecognized_keys':
      return `has no ${issue.keys.length === 1 ? 'field' : 'fields'} ${listed(issue.keys)}`
    default:
      return undefined
  }
}

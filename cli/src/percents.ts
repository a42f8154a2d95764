import { usageFailure } from './failure.ts'

/** Percents of a list such as 50,80,100; none for `never`. */
export const percentsFrom = (raw: string): number[] => {
  if (raw === 'never') return []
  const percents = raw.split(',').map(Number)
  if (percents.every((percent) => Number.isInteger(percent) && percent >= 1 && percent <= 100)) return percents
  throw usageFailure(
    `"${raw}" is no list of percents`,
    'Write whole numbers from 1 to 100, such as 50,80,100; or never.',
  )
}

/** The oldest age that a date of birth may mean; beyond it the date is a slip. */
export const plausibleAgeMax = 130

/**
 * Full years between a date of birth (YYYY-MM-DD) and a day in UTC. Someone born on 29 February grows older on 1 March
 * of a common year.
 */
export const ageOn = (birthDate: string, today: Date): number => {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number)
  const thisMonth = today.getUTCMonth() + 1
  const isBeforeBirthday = thisMonth < month || (thisMonth === month && today.getUTCDate() < day)
  return today.getUTCFullYear() - year - (isBeforeBirthday ? 1 : 0)
}

/** Calendar months in UTC, by their first instant in ms since the epoch. */
export const monthOf = (atMs: number): number => {
  const at = new Date(atMs)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), 1)
}

export const monthAfter = (month: number): number => {
  const at = new Date(month)
  return Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 1)
}

/** 2026-11 */
export const monthName = (month: number): string => new Date(month).toISOString().slice(0, 7)

/**
 * The first place in parsed data whose text PostgreSQL cannot store: U+0000, or half of a surrogate pair.
 * @returns its path, or null
 */
export const findUnstorableText = (value: unknown, path: readonly string[] = []): readonly string[] | null => {
  if (typeof value === 'string') return isStorable(value) ? null : path
  if (value === null || typeof value !== 'object') return null
  for (const [name, inner] of Object.entries(value)) {
    const found = findUnstorableText(inner, [...path, name])
    if (found !== null) return found
  }
  return null
}

export const isStorable = (text: string): boolean => !text.includes('\0') && text.isWellFormed()

/** Words that people put into passwords first. */
const common = [
  'password',
  'passwort',
  'passphrase',
  'secret',
  'letmein',
  'welcome',
  'qwertyuiop',
  'qwerty',
  'qwertz',
  'azerty',
  'asdfghjkl',
  'zxcvbnm',
  'iloveyou',
  'monkey',
  'dragon',
  'football',
  'baseball',
  'sunshine',
  'princess',
  'superman',
  'changeme',
  'administrator',
  'admin',
  'login',
  'avow',
]

/** Runs that keyboards and counting give. */
const runs = ['0123456789012345678901234567890', '9876543210987654321098765432109', 'abcdefghijklmnopqrstuvwxyz']

const distinctMin = 5
const remainderMin = 6

const letters = (text: string): string => text.normalize('NFKC').toLowerCase()

/**
 * Says why a password is too weak, or null.
 * @param person whose name and address it must not be made of
 */
export const whyWeak = (
  password: string,
  lengthMin: number,
  person: { name: string; email: string },
): string | null => {
  if ([...password].length < lengthMin) return `It needs at least ${lengthMin} characters.`
  const lower = letters(password)
  if (new Set(lower).size < distinctMin) return 'It repeats too few different characters.'
  if (runs.some((run) => run.includes(lower)) || /^(.{1,6})\1+$/s.test(lower)) return 'It is a simple sequence.'
  const own = [...letters(person.name).split(/[^\p{L}\p{N}]+/u), ...letters(person.email).split(/[@.+_-]/)]
  const known = [...own.filter((word) => word.length >= 4), ...common].sort((a, b) => b.length - a.length)
  const rest = known.reduce((left, word) => left.replaceAll(word, ''), lower).replace(/[^\p{L}]/gu, '')
  const isKnownWord = rest.length < remainderMin && known.some((word) => lower.includes(word))
  return isKnownWord ? 'It is made of a common word, your name or your address.' : null
}

const browsers: [RegExp, string][] = [
  [/\bEdg\//, 'Edge'],
  [/\bFirefox\//, 'Firefox'],
  [/\bOPR\//, 'Opera'],
  [/\b(Headless)?Chrom(e|ium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^avow/i, 'Avow command line'],
  [/^curl\//, 'curl'],
  [/^node\b/i, 'Node'],
]
const systems: [RegExp, string][] = [
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
]

const first = (list: [RegExp, string][], text: string) => list.find(([pattern]) => pattern.test(text))?.[1]

/** A user agent in words, such as "Firefox on Linux": enough to recognise one's own device, no more. */
export const deviceOf = (userAgent: string | null): string => {
  if (userAgent === null || userAgent === '') return 'Unknown client'
  const browser = first(browsers, userAgent)
  const system = first(systems, userAgent)
  if (browser === undefined) return userAgent.slice(0, 40)
  return system === undefined ? browser : `${browser} on ${system}`
}

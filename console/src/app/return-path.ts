/** The page to open after signing in: a path of this console, never another site. Anything else is the first page. */
export const returnPath = (asked: unknown): string => {
  if (typeof asked !== 'string' || !asked.startsWith('/') || /^\/[/\\]/.test(asked)) return '/'
  try {
    const url = new URL(asked, 'http://console.invalid')
    return url.origin === 'http://console.invalid' ? `${url.pathname}${url.search}${url.hash}` : '/'
  } catch {
    return '/'
  }
}

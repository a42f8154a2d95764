/** One word for a POSIX shell: quoted only where it must be. */
export const shellWord = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** An `avow` command line of words; `undefined` and `false` words are left out. */
export const avowLine = (...words: (string | number | undefined | false | null)[]): string =>
  ['avow', ...words.filter((word) => word !== undefined && word !== false && word !== null && word !== '')]
    .map((word) => shellWord(String(word)))
    .join(' ')

export interface HttpCall {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Below the origin, such as /api/v1/me. */
  path: string
  body?: unknown
}

/** The same call for curl, with the token, or the API key for `/v1`, in an environment variable so that it does not end in the shell's history. */
export const curlLine = (origin: string, { method, path, body }: HttpCall): string => {
  const lines = [
    `curl${method === 'GET' ? '' : ` -X ${method}`} ${shellWord(`${origin}${path}`)}`,
    `-H "authorization: Bearer $${path.startsWith('/v1/') ? 'AVOW_API_KEY' : 'AVOW_TOKEN'}"`,
  ]
  if (body !== undefined) {
    lines.push("-H 'content-type: application/json'")
    lines.push(`-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`)
  }
  return lines.join(' \\\n  ')
}

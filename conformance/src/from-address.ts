import { request } from 'node:http'

/** How a request was answered. */
export interface AddressAnswer {
  readonly status: number
  readonly retryAfterSeconds: number
  /** Code of the refusal; null when there is none. */
  readonly code: string | null
  readonly message: string
}

interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly error?: { readonly code?: string | null; readonly message?: string }
}

/** Asks from another address of this machine: Linux answers for all of 127.0.0.0/8. */
export const askFrom = (
  localAddress: string,
  url: string,
  { method = 'GET', token }: { readonly method?: string; readonly token?: string } = {},
): Promise<AddressAnswer> =>
  new Promise((resolve, reject) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    const asked = request(url, { localAddress, method, headers, agent: false }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (piece: string) => {
        text += piece
      })
      answer.on('end', () => {
        const isJson = String(answer.headers['content-type']).includes('json')
        const { code, detail, error }: Problem = isJson ? JSON.parse(text) : {}
        resolve({
          status: answer.statusCode ?? 0,
          retryAfterSeconds: Number(answer.headers['retry-after'] ?? 0),
          code: error?.code ?? code ?? null,
          message: error?.message ?? detail ?? '',
        })
      })
    })
    asked.on('error', reject)
    asked.end()
  })

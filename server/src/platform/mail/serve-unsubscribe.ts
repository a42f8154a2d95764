import type { FastifyInstance, FastifyReply } from 'fastify'
import type { Database } from '../db/index.ts'
import type { MarketingGate } from './marketing-gate.ts'

export interface UnsubscribeDeps {
  readonly database: Database
  readonly marketing: Pick<MarketingGate, 'unsubscribe'>
}

const style =
  'body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem;color:#1b1f24;background:#fff}button{font:inherit;padding:.5rem 1rem}@media(prefers-color-scheme:dark){body{color:#e6e9ee;background:#14171b}}'

const page = (title: string, content: string): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/avow.svg" type="image/svg+xml">
<title>${title}</title><style>${style}</style></head>
<body><main><h1>${title}</h1>${content}</main></body></html>
`

const ask = page(
  'End news',
  '<form method="post"><p>One click, and you get no more news from this cloud. Messages that the service needs still come.</p><button type="submit">End news</button></form>',
)
const ended = page(
  'News has ended',
  '<p>You get no more news from this cloud. If you change your mind, choose it under <a href="/account">your account</a>.</p>',
)
const unknown = page(
  'This link is not one of ours',
  '<p>Copy it whole from the message, or sign in and end news under <a href="/account">your account</a>.</p>',
)

const send = (reply: FastifyReply, status: number, html: string): FastifyReply =>
  reply.code(status).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(html)

const bodyBytesMax = 16_384

/**
 * The page behind the link in news. Looking at it changes nothing, because programs look at links in mail; its button and
 * the one click of a mail program (RFC 8058) are a POST, with no sign-in and no cookie.
 */
export const serveUnsubscribe = async (app: FastifyInstance, deps: UnsubscribeDeps): Promise<void> => {
  await app.register(async (own) => {
    // Mail programs send a form, of either kind; what it says is always the same.
    own.removeAllContentTypeParsers()
    own.addContentTypeParser('*', { bodyLimit: bodyBytesMax, parseAs: 'buffer' }, (_request, _body, done) =>
      done(null, undefined),
    )
    own.get('/unsubscribe/:token', (_request, reply) => send(reply, 200, ask))
    own.post('/unsubscribe/:token', async (request, reply) => {
      const { token } = request.params as { token: string }
      const isOurs = await deps.database.transaction((tx) => deps.marketing.unsubscribe(tx, token))
      return isOurs ? send(reply, 200, ended) : send(reply, 404, unknown)
    })
  })
}

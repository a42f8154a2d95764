import { existsSync } from 'node:fs'
import { endpoints, openapiDocument } from '@avow/contract'
import helmet from '@fastify/helmet'
import serveStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { problemOf, Refusal } from '../platform/http/index.ts'

/** Where the built pages are; a part that was not built is answered with what to do. */
export interface Pages {
  consoleDir: string
  docsDir: string
}

const notBuilt = (what: string): string => `${what} is not built. Run: npm start (it builds what is missing)\n`

/** Adds security headers, the console with its client-side routes, the docs under /docs/ and the OpenAPI document. */
export const servePages = async (app: FastifyInstance, pages: Pages, isSecure: boolean): Promise<void> => {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: isSecure,
    referrerPolicy: { policy: 'no-referrer' },
  })
  const document = JSON.stringify(openapiDocument(endpoints))
  app.get('/openapi.json', (_request, reply) => reply.type('application/json').send(document))
  const hasDocs = existsSync(pages.docsDir)
  const hasConsole = existsSync(pages.consoleDir)
  if (hasDocs) {
    await app.register(serveStatic, {
      root: pages.docsDir,
      prefix: '/docs/',
      decorateReply: false,
      extensions: ['html'],
      redirect: true,
    })
    app.get('/docs', (_request, reply) => reply.redirect('/docs/', 308))
  }
  if (hasConsole)
    await app.register(serveStatic, {
      root: pages.consoleDir,
      prefix: '/',
      wildcard: false,
      index: false,
      maxAge: '1y',
      immutable: true,
      preCompressed: true,
      setHeaders: (response, path) => {
        // Only names with a content hash may be kept; the rest changes under the same name.
        if (!path.includes('/assets/')) response.header('cache-control', 'no-cache')
      },
    })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '/'
    if (path.startsWith('/api/')) {
      const refusal = new Refusal(
        'not_found',
        `There is no endpoint ${request.method} ${path.slice(0, 200)}. All of them: /docs/reference/api`,
      )
      return reply
        .code(404)
        .type('application/problem+json')
        .send(JSON.stringify(problemOf(refusal, request.id)))
    }
    if (path.startsWith('/docs/'))
      return hasDocs
        ? reply.code(404).type('text/html').sendFile('404.html', pages.docsDir)
        : reply.code(503).type('text/plain').send(notBuilt('The docs site'))
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply.code(405).send()
    if (!hasConsole) return reply.code(503).type('text/plain').send(notBuilt('The console'))
    // A path with a file ending that is not there is a 404, everything else is a page of the console.
    if (/\.[a-z0-9]{1,5}$/i.test(path)) return reply.code(404).type('text/plain').send('not found\n')
    return reply.header('cache-control', 'no-cache').type('text/html').sendFile('index.html', pages.consoleDir)
  })
}

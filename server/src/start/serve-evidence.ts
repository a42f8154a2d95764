import type { FastifyInstance, FastifyReply } from 'fastify'
import { type EvidenceLog, tileWidth } from '../platform/evidence/index.ts'

const parseGroups = (groups: string): number | undefined =>
  /^(x\d{3}\/)*\d{3}$/.test(groups) ? Number(groups.replace(/[x/]/g, '')) : undefined

/** Reads `LEVEL/N[.p/W]` with N in groups of three digits, all but the last behind an x (C2SP tlog-tiles). */
export const parseTilePath = (
  path: string,
): { level: number | 'entries'; index: number; width: number } | undefined => {
  const parts = /^(entries|\d{1,2})\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path)
  if (parts === null) return undefined
  const [, level = '', groups = '', partial] = parts
  const index = parseGroups(groups)
  const width = partial === undefined ? tileWidth : Number(partial)
  if (index === undefined || width < 1 || width > tileWidth) return undefined
  return { level: level === 'entries' ? 'entries' : Number(level), index, width }
}

const notThere = (reply: FastifyReply) => reply.code(404).type('text/plain').send('not in the log\n')

/** The evidence log, read-only, for anyone: `/evidence/checkpoint`, `/evidence/key`, `/evidence/tile/...`, `/evidence/proof/N`. */
export const serveEvidence = (app: FastifyInstance, log: EvidenceLog): void => {
  app.get('/evidence/key', (_request, reply) => reply.type('text/plain').send(`${log.verifierKey}\n`))
  app.get('/evidence/checkpoint', async (_request, reply) => {
    const note = await log.checkpoint()
    if (note === undefined) return notThere(reply)
    return reply.type('text/plain; charset=utf-8').header('cache-control', 'no-cache').send(note)
  })
  app.get('/evidence/proof/:index', async (request, reply) => {
    const { index } = request.params as { index: string }
    const proof = /^\d{1,15}$/.test(index) ? await log.proof(Number(index)) : undefined
    return proof === undefined ? notThere(reply) : reply.type('text/plain; charset=utf-8').send(proof)
  })
  app.get('/evidence/tile/*', async (request, reply) => {
    const wanted = parseTilePath((request.params as { '*': string })['*'])
    if (wanted === undefined) return notThere(reply)
    const { level, index, width } = wanted
    const data = level === 'entries' ? await log.entries(index, width) : await log.tile(level, index, width)
    if (data === undefined) return notThere(reply)
    return reply
      .type('application/octet-stream')
      .header('cache-control', 'public, max-age=31536000, immutable')
      .send(data)
  })
}

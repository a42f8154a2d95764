import { contract } from '@avow/contract'
import { decodeCursor, type Route, route, toPage } from '../../../platform/http/index.ts'
import { listDisclosures, subjectNow, viewDisclosure } from '../rights/index.ts'
import type { Processors } from './processors.ts'

/** To whom data about someone went, as they are told. */
export const showMyDisclosures = ({ rights }: Pick<Processors, 'rights'>): Route =>
  route(contract.processors.myDisclosures, async ({ tx, caller, query }) => {
    const subject = await subjectNow(rights, tx, caller.personId)
    const after = decodeCursor(query.cursor)
    const rows = await listDisclosures(tx, rights.map, subject, { limit: query.limit, after })
    return toPage(rows, query.limit, (row) => ({ atMs: row.lastAt.getTime(), id: row.id }), viewDisclosure)
  })

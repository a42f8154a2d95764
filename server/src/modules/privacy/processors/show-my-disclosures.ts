import { contract, type disclosureView } from '@avow/contract'
import type { z } from 'zod'
import { decodeCursor, type Route, route, toPage } from '../../../platform/http/index.ts'
import { subjectNow } from '../rights/index.ts'
import { type DisclosureRow, listDisclosures } from './processor-store.ts'
import type { Processors } from './processors.ts'

const aboutWhom = ({ personId, organisationId }: DisclosureRow): z.input<typeof disclosureView>['about'] => {
  if (personId !== null) return 'person'
  return organisationId === null ? 'address' : 'organisation'
}

export const viewDisclosure = (row: DisclosureRow): z.input<typeof disclosureView> => {
  const { recipient, name, ground, purpose, categories, fields, country, safeguard, times } = row
  return {
    ...{ recipient, name, ground, purpose, categories, fields, country, safeguard, times },
    about: aboutWhom(row),
    firstAt: row.firstAt.toISOString(),
    lastAt: row.lastAt.toISOString(),
  }
}

/** To whom data about someone went, as they are told. */
export const showMyDisclosures = ({ rights }: Pick<Processors, 'rights'>): Route =>
  route(contract.processors.myDisclosures, async ({ tx, caller, query }) => {
    const subject = await subjectNow(rights, tx, caller.personId)
    const after = decodeCursor(query.cursor)
    const rows = await listDisclosures(tx, rights.map, subject, { limit: query.limit, after })
    return toPage(rows, query.limit, (row) => ({ atMs: row.lastAt.getTime(), id: row.id }), viewDisclosure)
  })

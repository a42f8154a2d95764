import type { Session } from '../../session.ts'
import { harmless } from '../../terminal.ts'
import { relativeTime } from '../../time.ts'

interface Detail {
  readonly id: string
  readonly kind: string
  readonly state: string
  readonly dueAt: string
  readonly verified: string | null
  readonly denialGround: string | null
  readonly details: string | null
  readonly answer: string | null
  readonly refusal: string | null
  readonly appealGrantedAt: string | null
  readonly closedBecause: 'person-erased' | null
  readonly appealPath: string | null
}

/** One request in words. */
export const requestText = (session: Session, row: Detail): string =>
  `${[
    `${row.kind}: ${row.state}, due ${relativeTime(row.dueAt, session.world.now())} (${row.id})`,
    ...(row.verified === null ? [] : [`Who asked was verified by: ${row.verified}`]),
    ...(row.details === null ? [] : [`Asked:    ${harmless(row.details)}`]),
    ...(row.closedBecause === null ? [] : ['Closed:   the person who asked was erased; nobody is left to answer']),
    ...(row.appealGrantedAt === null
      ? []
      : [`An appeal was granted ${relativeTime(row.appealGrantedAt, session.world.now())}: it is decided anew.`]),
    ...(row.refusal === null ? [] : [`Refused before, because: ${harmless(row.refusal)}`]),
    ...(row.denialGround === null ? [] : [`Refused:  ${row.denialGround}`]),
    ...(row.answer === null ? [] : [`Answered: ${harmless(row.answer)}`]),
    ...(row.appealPath === null ? [] : [`Appeal with: avow privacy appeal ${row.id} --details TEXT`]),
  ].join('\n')}\n`

import { avowLine } from '../../../ui/command-line.ts'

export const holdScopes = ['person', 'organisation', 'everyone'] as const
export type HoldScope = (typeof holdScopes)[number]

/** A new hold as its form has it. */
export interface HoldFields {
  scope: HoldScope
  subjectId: string
  categories: string[]
  ground: string
  reference: string
  /** A date, UTC; empty: until it is released. */
  endsOn: string
}

export const noHold: HoldFields = {
  scope: 'person',
  subjectId: '',
  categories: [],
  ground: '',
  reference: '',
  endsOn: '',
}

/** What the API wants of the fields. */
export const holdBodyOf = ({ scope, subjectId, categories, ground, reference, endsOn }: HoldFields) => ({
  scope,
  ground: ground.trim(),
  ...(scope === 'everyone' ? {} : { subjectId: subjectId.trim() }),
  ...(categories.length === 0 ? {} : { categories }),
  ...(reference.trim() === '' ? {} : { reference: reference.trim() }),
  ...(endsOn === '' ? {} : { endsAt: `${endsOn}T23:59:59.999Z` }),
})

const subjectFlags = { person: '--person', organisation: '--of-organisation' } as const

/** The CLI line that places the same hold. */
export const holdLine = (fields: HoldFields): string => {
  const { scope, categories } = fields
  const { subjectId = '', ground, reference, endsAt } = holdBodyOf(fields)
  const subject =
    scope === 'everyone' ? ['--everyone'] : [subjectFlags[scope], subjectId || (scope === 'person' ? 'EMAIL' : 'ID')]
  return avowLine(
    'hold',
    'create',
    ...subject,
    ...categories.flatMap((category) => ['--category', category]),
    '--ground',
    ground || 'GROUND',
    ...(reference === undefined ? [] : ['--reference', reference]),
    ...(endsAt === undefined ? [] : ['--ends', endsAt]),
  )
}

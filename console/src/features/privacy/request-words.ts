import type { MyRequest } from '../../app/views.ts'

/** What was asked for, in plain words. */
export const requestWords: Record<MyRequest['kind'], string> = {
  access: 'To see the data',
  export: 'A copy of the data',
  rectification: 'A correction',
  erasure: 'Erasure',
  restriction: 'Restriction of use',
  objection: 'Objection to a use',
  appeal: 'Appeal against a refusal',
}

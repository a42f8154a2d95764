import type { MyRequestDetail } from '../../app/views.ts'

/** What was asked for, in plain words. */
export const requestWords: Record<MyRequestDetail['kind'], string> = {
  access: 'To see the data',
  export: 'A copy of the data',
  rectification: 'A correction',
  erasure: 'Erasure',
  restriction: 'Restriction of use',
  objection: 'Objection to a use',
  appeal: 'Appeal against a refusal',
}

/** How it was made sure who asks. */
export const verifiedWords: Record<NonNullable<MyRequestDetail['verified']>, string> = {
  session: 'signed in',
  password: 'by the password',
  'password-and-code': 'by password and second factor',
  'in-person': 'in person',
  'call-back': 'by calling back',
  'identity-document': 'by an identity document',
  'power-of-attorney': 'by a power of attorney',
}

/** Why a request was refused. */
export const denialWords: Record<NonNullable<MyRequestDetail['denialGround']>, string> = {
  'not-verified': 'it could not be made sure who asks',
  'law-requires-it': 'law asks for the data to stay',
  unfounded: 'it is unfounded',
  excessive: 'it is excessive',
  'rights-of-others': 'it would hurt rights of others',
}

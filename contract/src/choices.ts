import { z } from 'zod'
import { endpoint, instant, person, staff } from './endpoint.ts'

const purpose = z.string().max(40).describe('a purpose of the policy, such as analytics')

export const restrictionGrounds = ['accuracy', 'unlawful', 'legal-claims', 'objection'] as const

/** What a person may say to one purpose, and what they said. */
export const purposeChoiceView = z.object({
  purpose: z.string(),
  label: z.string(),
  basis: z.string().describe('legal basis, from the policy'),
  choice: z
    .enum(['consent', 'objection', 'none'])
    .describe('consent: give and withdraw; objection: object; none: `because` says why'),
  used: z.boolean().describe('whether their data may serve this purpose now'),
  because: z.string().describe('why it is used or not, in words'),
  since: instant.nullable().describe('of the word that is in force'),
})

export const choicesView = z.object({
  personId: z.string(),
  restriction: z.object({ since: instant, ground: z.enum(restrictionGrounds).nullable() }).nullable(),
  limit: z
    .object({ since: instant })
    .nullable()
    .describe('sensitive data serves nothing but the service and its security'),
  sensitive: z.array(z.string()).describe('labels of the categories that a limit covers'),
  purposes: z.array(purposeChoiceView),
})

export const consentView = z.object({
  id: z.string(),
  purpose: z.string(),
  state: z.enum(['given', 'withdrawn']),
  at: instant,
  policy: z.string(),
  policyVersion: z.string(),
  how: z.enum(['console', 'api', 'sign-up', 'unsubscribe', 'officer', 'signal']),
  recordedBy: z.string().nullable().describe('the officer who wrote it down; null: the person'),
  supersededAt: instant.nullable().describe('when a later word replaced it; null: in force'),
})

const consents = z.object({ items: z.array(consentView).describe('oldest first') })
const restriction = z.object({
  ground: z.enum(restrictionGrounds).optional().describe('GDPR Art. 18(1): why it must not be used'),
})
const ofPurpose = z.object({ purpose })
const ofPerson = z.object({ personId: z.string().max(320).describe('id or address') })
const ofPersonAndPurpose = ofPerson.extend({ purpose })

const mine = { tag: 'Your data', access: person, status: 200, response: choicesView } as const
const mineErrors = ['not_signed_in', 'policy_refused'] as const
const choiceErrors = [...mineErrors, 'choice_not_open'] as const

const officer = {
  tag: 'Privacy',
  access: staff('privacy-officer', 'operator'),
  status: 200,
  response: choicesView,
} as const
const officerErrors = [
  'not_signed_in',
  'forbidden',
  'second_factor_not_set_up',
  'second_factor_required',
  'not_found',
  'policy_refused',
] as const

/** What people say about the use of their data: for themselves. */
export const choiceEndpoints = {
  show: endpoint({
    ...mine,
    id: 'choices.show',
    readsFor: ['legal'],
    method: 'GET',
    path: '/me/privacy/choices',
    summary: 'What your data serves, purpose by purpose, and what you may say to it',
    errors: ['not_signed_in'],
  }),
  restrict: endpoint({
    ...mine,
    id: 'choices.restrict',
    readsFor: ['legal'],
    method: 'POST',
    path: '/me/privacy/restriction',
    summary: 'Have your data stored and not used',
    description:
      'Others no longer see it, and nothing is done with it but storing, answering you, claims and security, until you lift it.',
    body: restriction,
    errors: mineErrors,
  }),
  liftRestriction: endpoint({
    ...mine,
    id: 'choices.liftRestriction',
    readsFor: ['legal'],
    method: 'DELETE',
    path: '/me/privacy/restriction',
    summary: 'Let your data be used again',
    errors: mineErrors,
  }),
  object: endpoint({
    ...mine,
    id: 'choices.object',
    readsFor: ['legal'],
    method: 'POST',
    path: '/me/privacy/objections/{purpose}',
    summary: 'Object to a purpose: your data no longer serves it',
    params: ofPurpose,
    errors: choiceErrors,
  }),
  liftObjection: endpoint({
    ...mine,
    id: 'choices.liftObjection',
    readsFor: ['legal'],
    method: 'DELETE',
    path: '/me/privacy/objections/{purpose}',
    summary: 'Take an objection back',
    params: ofPurpose,
    errors: choiceErrors,
  }),
  limit: endpoint({
    ...mine,
    id: 'choices.limit',
    readsFor: ['legal'],
    method: 'POST',
    path: '/me/privacy/limit',
    summary: 'Have sensitive data serve nothing but the service and its security',
    errors: mineErrors,
  }),
  liftLimit: endpoint({
    ...mine,
    id: 'choices.liftLimit',
    readsFor: ['legal'],
    method: 'DELETE',
    path: '/me/privacy/limit',
    summary: 'Take that limit back',
    errors: mineErrors,
  }),
  consents: endpoint({
    ...mine,
    id: 'choices.consents',
    readsFor: ['legal'],
    method: 'GET',
    path: '/me/privacy/consents',
    summary: 'What you agreed to and took back, when, and in which version of the policy',
    response: consents,
    errors: ['not_signed_in'],
  }),
  giveConsent: endpoint({
    ...mine,
    id: 'choices.giveConsent',
    readsFor: ['legal'],
    method: 'POST',
    path: '/me/privacy/consents/{purpose}',
    summary: 'Agree to a purpose',
    params: ofPurpose,
    errors: choiceErrors,
  }),
  withdrawConsent: endpoint({
    ...mine,
    id: 'choices.withdrawConsent',
    readsFor: ['legal'],
    method: 'DELETE',
    path: '/me/privacy/consents/{purpose}',
    summary: 'Withdraw your consent to a purpose: it stops at once, and no other does',
    params: ofPurpose,
    errors: choiceErrors,
  }),
} as const

/** The same by an officer for somebody who asked by another way. */
export const choiceForEndpoints = {
  show: endpoint({
    ...officer,
    id: 'choicesFor.show',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/people/{personId}/choices',
    summary: 'What a person’s data serves, and what they said to it',
    params: ofPerson,
    errors: officerErrors,
  }),
  restrict: endpoint({
    ...officer,
    id: 'choicesFor.restrict',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/people/{personId}/restriction',
    summary: 'Restrict the use of a person’s data',
    params: ofPerson,
    body: restriction,
    errors: officerErrors,
  }),
  liftRestriction: endpoint({
    ...officer,
    id: 'choicesFor.liftRestriction',
    readsFor: ['legal', 'account'],
    method: 'DELETE',
    path: '/privacy/people/{personId}/restriction',
    summary: 'Lift the restriction of a person’s data',
    params: ofPerson,
    errors: officerErrors,
  }),
  object: endpoint({
    ...officer,
    id: 'choicesFor.object',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/people/{personId}/objections/{purpose}',
    summary: 'Write a person’s objection down',
    params: ofPersonAndPurpose,
    errors: [...officerErrors, 'choice_not_open'],
  }),
  liftObjection: endpoint({
    ...officer,
    id: 'choicesFor.liftObjection',
    readsFor: ['legal', 'account'],
    method: 'DELETE',
    path: '/privacy/people/{personId}/objections/{purpose}',
    summary: 'Take a person’s objection back for them',
    params: ofPersonAndPurpose,
    errors: [...officerErrors, 'choice_not_open'],
  }),
  limit: endpoint({
    ...officer,
    id: 'choicesFor.limit',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/people/{personId}/limit',
    summary: 'Limit a person’s sensitive data to the service and its security',
    params: ofPerson,
    errors: officerErrors,
  }),
  liftLimit: endpoint({
    ...officer,
    id: 'choicesFor.liftLimit',
    readsFor: ['legal', 'account'],
    method: 'DELETE',
    path: '/privacy/people/{personId}/limit',
    summary: 'Take that limit back for a person',
    params: ofPerson,
    errors: officerErrors,
  }),
  consents: endpoint({
    ...officer,
    id: 'choicesFor.consents',
    readsFor: ['legal', 'account'],
    method: 'GET',
    path: '/privacy/people/{personId}/consents',
    summary: 'What a person agreed to and took back',
    params: ofPerson,
    response: consents,
    errors: officerErrors,
  }),
  giveConsent: endpoint({
    ...officer,
    id: 'choicesFor.giveConsent',
    readsFor: ['legal', 'account'],
    method: 'POST',
    path: '/privacy/people/{personId}/consents/{purpose}',
    summary: 'Write down that a person agreed',
    params: ofPersonAndPurpose,
    errors: [...officerErrors, 'choice_not_open'],
  }),
  withdrawConsent: endpoint({
    ...officer,
    id: 'choicesFor.withdrawConsent',
    readsFor: ['legal', 'account'],
    method: 'DELETE',
    path: '/privacy/people/{personId}/consents/{purpose}',
    summary: 'Write down that a person withdrew their consent',
    params: ofPersonAndPurpose,
    errors: [...officerErrors, 'choice_not_open'],
  }),
} as const

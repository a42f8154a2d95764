import type { AvowClient } from '@avow/sdk'
import { answer } from '../../../app/problem.ts'
import type { Choices } from '../../../app/views.ts'
import { avowLine, type HttpCall } from '../../../ui/command-line.ts'

/** What can be said to the use of data; `purpose` is empty where it concerns all of it. */
export interface ChoiceAct {
  kind: 'restrict' | 'unrestrict' | 'limit' | 'unlimit' | 'object' | 'unobject' | 'give' | 'withdraw'
  purpose: string
}

/** Whose data: null is one's own; otherwise the id or address of a person for whom an officer writes it down. */
export type Whose = string | null

const words: Record<ChoiceAct['kind'], readonly string[]> = {
  restrict: ['restrict'],
  unrestrict: ['lift', 'restriction'],
  limit: ['limit'],
  unlimit: ['lift', 'limit'],
  object: ['object'],
  unobject: ['lift'],
  give: ['consent', 'give'],
  withdraw: ['consent', 'withdraw'],
}

/** The CLI line of an act. */
export const choiceLine = ({ kind, purpose }: ChoiceAct, whose: Whose): string =>
  avowLine('privacy', ...words[kind], purpose, ...(whose === null ? [] : ['--person', whose]))

const places: Record<ChoiceAct['kind'], { method: 'POST' | 'DELETE'; end: string }> = {
  restrict: { method: 'POST', end: 'restriction' },
  unrestrict: { method: 'DELETE', end: 'restriction' },
  limit: { method: 'POST', end: 'limit' },
  unlimit: { method: 'DELETE', end: 'limit' },
  object: { method: 'POST', end: 'objections' },
  unobject: { method: 'DELETE', end: 'objections' },
  give: { method: 'POST', end: 'consents' },
  withdraw: { method: 'DELETE', end: 'consents' },
}

/** The API call of an act. */
export const choiceCall = ({ kind, purpose }: ChoiceAct, whose: Whose): HttpCall => {
  const { method, end } = places[kind]
  const start = whose === null ? '/api/v1/me/privacy' : `/api/v1/privacy/people/${encodeURIComponent(whose)}`
  const path = `${start}/${end}${purpose === '' ? '' : `/${purpose}`}`
  return kind === 'restrict' ? { method, path, body: {} } : { method, path }
}

const sendOwn = (api: AvowClient, { kind, purpose }: ChoiceAct) => {
  const params = { path: { purpose } }
  switch (kind) {
    case 'restrict':
      return api.POST('/api/v1/me/privacy/restriction', { body: {} })
    case 'unrestrict':
      return api.DELETE('/api/v1/me/privacy/restriction')
    case 'limit':
      return api.POST('/api/v1/me/privacy/limit')
    case 'unlimit':
      return api.DELETE('/api/v1/me/privacy/limit')
    case 'object':
      return api.POST('/api/v1/me/privacy/objections/{purpose}', { params })
    case 'unobject':
      return api.DELETE('/api/v1/me/privacy/objections/{purpose}', { params })
    case 'give':
      return api.POST('/api/v1/me/privacy/consents/{purpose}', { params })
    case 'withdraw':
      return api.DELETE('/api/v1/me/privacy/consents/{purpose}', { params })
  }
}

const sendFor = (api: AvowClient, { kind, purpose }: ChoiceAct, personId: string) => {
  const whole = { path: { personId } }
  const params = { path: { personId, purpose } }
  switch (kind) {
    case 'restrict':
      return api.POST('/api/v1/privacy/people/{personId}/restriction', { params: whole, body: {} })
    case 'unrestrict':
      return api.DELETE('/api/v1/privacy/people/{personId}/restriction', { params: whole })
    case 'limit':
      return api.POST('/api/v1/privacy/people/{personId}/limit', { params: whole })
    case 'unlimit':
      return api.DELETE('/api/v1/privacy/people/{personId}/limit', { params: whole })
    case 'object':
      return api.POST('/api/v1/privacy/people/{personId}/objections/{purpose}', { params })
    case 'unobject':
      return api.DELETE('/api/v1/privacy/people/{personId}/objections/{purpose}', { params })
    case 'give':
      return api.POST('/api/v1/privacy/people/{personId}/consents/{purpose}', { params })
    case 'withdraw':
      return api.DELETE('/api/v1/privacy/people/{personId}/consents/{purpose}', { params })
  }
}

/** Does it; the answer is what holds from now on. */
export const sendChoice = (api: AvowClient, act: ChoiceAct, whose: Whose): Promise<Choices> =>
  answer(whose === null ? sendOwn(api, act) : sendFor(api, act, whose))

/** What can be said to a purpose as things stand; null where the policy leaves no choice. */
export const actFor = ({ purpose, choice, used }: Choices['purposes'][number]): ChoiceAct | null => {
  if (choice === 'none') return null
  if (choice === 'consent') return { kind: used ? 'withdraw' : 'give', purpose }
  return { kind: used ? 'object' : 'unobject', purpose }
}

import type { Route } from '../../../platform/http/index.ts'
import { answerRoutes } from './answer-message.ts'
import type { Contact } from './contact.ts'
import { writeRoutes } from './write-message.ts'

export { answerWithin } from './contact.ts'

/** Messages to the contacts that the policy publishes: from anyone, to the officers, and back by mail. */
export const contactRoutes = (deps: Contact): Route[] => [...writeRoutes(deps), ...answerRoutes(deps)]

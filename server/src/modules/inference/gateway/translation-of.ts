import type { Capture } from '../bodies/index.ts'
import { responseIdOf } from '../responses/response-object.ts'
import { Translation } from '../responses/translation.ts'
import type { ModelRoute } from './model-route.ts'
import type { Given } from './prepare-request.ts'

/** Puts the answer into the words in which the caller asked; null: they are those of the model's server. */
export const translationOf = (
  { asked, route, atMs }: Given & { readonly route: ModelRoute; readonly atMs: number },
  requestId: string,
  capture: Capture | null,
): Translation | null => {
  if (asked === null) return null
  const store = capture !== null && !capture.isLost
  const createdAt = Math.floor(atMs / 1000)
  return new Translation({ id: responseIdOf(requestId), createdAt, model: route.id, echo: asked.echo, store })
}

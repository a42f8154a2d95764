import { nearestWord } from '@avow/policy'
import type { Tx } from '../../../platform/db/index.ts'
import { Refusal } from '../../../platform/http/index.ts'
import type { Identity } from '../identity.ts'

/** Comparing names costs time, and a person reads no more at once. */
const namedMax = 5

/**
 * The models that a key may be limited to, without repeats; null: every one.
 * @param before what the key is limited to already: models that have left the catalogue may stay
 * @throws Refusal invalid_request naming those that its project has not, and what each is likely to stand for
 */
export const requireKnownModels = async (
  { knownModels }: Pick<Identity, 'knownModels'>,
  tx: Tx,
  projectId: string,
  wanted: readonly string[] | null,
  before: readonly string[] | null = null,
): Promise<string[] | null> => {
  if (wanted === null) return null
  const models = [...new Set(wanted)]
  const added = models.filter((id) => !before?.includes(id))
  if (added.length === 0) return models
  const known = await knownModels(tx, projectId)
  const unknown = added.filter((id) => !known.has(id))
  if (unknown.length === 0) return models
  const fields = unknown.slice(0, namedMax).map((id) => {
    const near = nearestWord(id, [...known])
    const guess = near === null ? '' : ` (did you mean “${near}”?)`
    return { path: 'allowedModels', message: `there is no model “${id}”${guess}` }
  })
  const said = fields.map(({ message }) => message).join('; ')
  const more = unknown.length > namedMax ? `; and ${unknown.length - namedMax} more` : ''
  throw new Refusal('invalid_request', `allowedModels: ${said}${more}. Nothing was changed.`, { fields })
}

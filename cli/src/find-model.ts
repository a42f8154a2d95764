import type { Model } from './api-types.ts'
import { CliFailure, exitCodes } from './failure.ts'
import type { Session } from './session.ts'

/** The model with exactly this id. */
export const findModel = async (session: Session, id: string): Promise<Model> => {
  let cursor: string | undefined
  do {
    const page = await session.must(
      session.api().GET('/api/v1/models', {
        params: { query: { limit: 200, search: id, ...(cursor === undefined ? {} : { cursor }) } },
      }),
    )
    const model = page.items.find((candidate) => candidate.id === id)
    if (model !== undefined) return model
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  throw new CliFailure(`There is no model "${id}"`, exitCodes.notFound, 'See what there is: avow model list')
}

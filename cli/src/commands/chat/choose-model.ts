import { CliFailure, exitCodes, failureOf, problemFrom } from '../../failure.ts'
import { currentProject } from '../../place.ts'
import type { Session } from '../../session.ts'

/** The key to talk with: given, in the environment, of the first run, or a playground key that runs out by itself. */
export const chatKey = async (session: Session): Promise<string> => {
  const { apiKey, token, url } = session.connection()
  if (apiKey !== undefined) return apiKey.value
  if (token === undefined) {
    throw new CliFailure(
      'No API key and nobody signed in',
      exitCodes.notSignedIn,
      `Set AVOW_API_KEY, give --api-key, or sign in: avow login --url ${url.value}`,
    )
  }
  const projectId = await currentProject(session)
  const key = await session.must(
    session.api().POST('/api/v1/projects/{projectId}/playground-key', { params: { path: { projectId } } }),
  )
  if (key.secret === null) throw new CliFailure('The server gave no key', exitCodes.failed)
  return key.secret
}

const modelsOf = async (session: Session, apiKey: string): Promise<string[]> => {
  const response = await session.fetch(`${session.connection().url.value}/v1/models`, {
    headers: { authorization: `Bearer ${apiKey}` },
  })
  const body: unknown = await response.json().catch(() => null)
  if (!response.ok) throw failureOf(problemFrom(response.status, body))
  return (body as { data: { id: string }[] }).data.map(({ id }) => id)
}

/** Real models before toys; without a sign-in the gateway's own order. */
const bestOf = async (session: Session, ids: readonly string[]): Promise<string | undefined> => {
  if (session.connection().token === undefined) return ids[0]
  const { data } = await session.api().GET('/api/v1/models', { params: { query: { state: 'ready', limit: 200 } } })
  const ready = (data?.items ?? []).filter(({ id }) => ids.includes(id)).sort((a, b) => Number(a.toy) - Number(b.toy))
  return ready[0]?.id ?? ids[0]
}

/** Tells the model from the prompt in the words after `avow chat`: one word alone is a model only if there is such a model. */
export const chooseModel = async (
  session: Session,
  apiKey: string,
  words: readonly string[],
): Promise<{ model: string; words: readonly string[] }> => {
  const ids = await modelsOf(session, apiKey)
  const [first, ...rest] = words
  if (first !== undefined && ids.includes(first)) return { model: first, words: rest }
  if (words.length > 1) {
    throw new CliFailure(
      `There is no model "${first}" for this key`,
      exitCodes.notFound,
      `There are: ${ids.join(', ') || 'none'}. Put a prompt of several words in quotes.`,
    )
  }
  const model = await bestOf(session, ids)
  if (model === undefined) throw new CliFailure('No model answers yet', exitCodes.notFound, 'See why: avow model list')
  return { model, words }
}

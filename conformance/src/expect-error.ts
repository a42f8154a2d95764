import { APIError } from 'openai'

/** The error that a call of the official client ends with; fails when it succeeds or ends otherwise. */
export const errorOf = async (call: Promise<unknown>): Promise<APIError> => {
  const error = await call.then(
    () => new Error('it succeeded'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof APIError) return error
  throw error
}

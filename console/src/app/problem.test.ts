import { createClient } from '@avow/sdk'
import { describe, expect, test } from 'vitest'
import { answer, fieldErrors, hasCode, Refused, Unreachable } from './problem.ts'

const clientOf = (respond: () => Promise<Response>) =>
  createClient({ baseUrl: 'http://console.invalid', fetch: respond })
const json = (status: number, body: unknown, type = 'application/problem+json') =>
  Promise.resolve(new Response(JSON.stringify(body), { status, headers: { 'content-type': type } }))
const failureOf = (respond: () => Promise<Response>) =>
  answer(clientOf(respond).GET('/api/v1/me')).then(
    () => null,
    (error: unknown) => error,
  )

describe('the answer of a call', () => {
  test('is its data', async () => {
    const call = clientOf(() => json(200, { version: '1' }, 'application/json')).GET('/api/v1/meta')
    expect(await answer(call)).toEqual({ version: '1' })
  })
  test('that is no, is a refusal with the server’s code and the fields that it names', async () => {
    const errors = [{ path: 'body.name', message: 'is too long' }]
    const error = await failureOf(() =>
      json(400, { code: 'invalid_request', title: 'T', detail: 'D', status: 400, errors }),
    )
    expect(hasCode(error, 'invalid_request')).toBe(true)
    expect(hasCode(error, 'not_found')).toBe(false)
    expect(fieldErrors(error)).toEqual({ name: 'is too long' })
  })
  test('that never came, is told apart from a refusal', async () => {
    const error = await failureOf(() => Promise.reject(new TypeError('failed to fetch')))
    expect(error).toBeInstanceOf(Unreachable)
    expect(fieldErrors(error)).toEqual({})
  })
  test('of something in between that is not ours, is a refusal that says so', async () => {
    const error = await failureOf(() => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 })))
    expect(error).toBeInstanceOf(Refused)
    expect(error).toMatchObject({ problem: { status: 502, code: 'unavailable' } })
  })
})

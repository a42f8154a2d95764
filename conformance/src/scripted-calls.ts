import { setTimeout as sleep } from 'node:timers/promises'
import type OpenAI from 'openai'
import type { ResponseCreateParams } from 'openai/resources/responses/responses'
import { errorOf } from './expect-error.ts'

type More = Record<string, unknown>

export const drain = async (answer: unknown): Promise<void> => {
  for await (const _ of (await answer) as AsyncIterable<unknown>);
}

/** Calls that tell the mock what to do. */
export const scriptedCalls = (openai: () => OpenAI) => {
  /** A call that tells the mock what to do, with a text that stands nowhere else. */
  const ask = (name: string, script: More = {}, more: More = {}) =>
    openai().chat.completions.create({
      model: 'mock',
      messages: [{ role: 'user', content: JSON.stringify({ ...script, name }) }],
      ...more,
    } as Parameters<OpenAI['chat']['completions']['create']>[0])

  /** The same by the Responses API. */
  const respond = (name: string, script: More = {}, more: More = {}, options?: { readonly signal: AbortSignal }) =>
    openai().responses.create(
      { model: 'mock', input: JSON.stringify({ ...script, name }), ...more } as ResponseCreateParams,
      options,
    )

  /** Every way in which a call can go: well, badly, and not to its end. */
  const callInEveryWay = async (name: string, more: More = {}): Promise<void> => {
    await ask(name, { tokens: 3 }, more)
    await drain(ask(name, { tokens: 3 }, { ...more, stream: true }))
    for (const status of [400, 401, 429, 500, 503]) await errorOf(ask(name, { status }, more))
    await errorOf(drain(ask(name, { tokens: 9, dropAfter: 4, delayMs: 5 }, { ...more, stream: true })))
    const leaving = (await ask(name, { tokens: 500, delayMs: 5 }, { ...more, stream: true })) as AsyncIterable<unknown>
    for await (const _ of leaving) break
    const hungUp = new AbortController()
    const waiting = openai().chat.completions.create(
      {
        model: 'mock',
        messages: [{ role: 'user', content: JSON.stringify({ name, tokens: 9, delayMs: 100 }) }],
        ...more,
      },
      { signal: hungUp.signal },
    )
    await sleep(100)
    hungUp.abort()
    await errorOf(waiting)
  }

  /** The same of responses. */
  const respondInEveryWay = async (name: string, more: More = {}): Promise<void> => {
    await respond(name, { tokens: 3 }, more)
    await drain(respond(name, { tokens: 3 }, { ...more, stream: true }))
    for (const status of [400, 429, 500]) await errorOf(respond(name, { status }, more))
    await drain(respond(name, { tokens: 9, dropAfter: 4, delayMs: 5 }, { ...more, stream: true }))
    const leaving = (await respond(
      name,
      { tokens: 500, delayMs: 5 },
      { ...more, stream: true },
    )) as AsyncIterable<unknown>
    for await (const _ of leaving) break
    const hungUp = new AbortController()
    const waiting = respond(name, { tokens: 9, delayMs: 100 }, more, { signal: hungUp.signal })
    await sleep(100)
    hungUp.abort()
    await errorOf(waiting)
  }

  return { ask, respond, callInEveryWay, respondInEveryWay }
}

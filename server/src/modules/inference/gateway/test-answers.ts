import { setTimeout as sleep } from 'node:timers/promises'

/** What the mock model server says, and what tests read of the gateway's answers. */
export const chat = { model: 'm', messages: [{ role: 'user', content: 'hello' }] }
export const answer = (content = 'Hi.') =>
  JSON.stringify({
    id: 'c1',
    object: 'chat.completion',
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
  })
export const data = (value: unknown) => `data: ${typeof value === 'string' ? value : JSON.stringify(value)}\n\n`
export const piece = (content: string) =>
  data({
    id: 'c1',
    object: 'chat.completion.chunk',
    model: 'm',
    choices: [{ index: 0, delta: { content }, finish_reason: null }],
  })
export const usagePiece = data({
  id: 'c1',
  object: 'chat.completion.chunk',
  model: 'm',
  choices: [],
  usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
})

export const errorOf = async (response: Response) => ({
  status: response.status,
  ...(
    (await response.json()) as { error: { message: string; type: string; param: string | null; code: string | null } }
  ).error,
})
export const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await sleep(5)
}

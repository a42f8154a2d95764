interface About {
  readonly id: string
  readonly created: number
  readonly model: string
  readonly usage: object
}

interface Call {
  readonly name: string
  /** Its arguments as JSON, as a model writes them. */
  readonly written: string
}

const toolOf = (name: string, written: string) => ({
  ...{ id: 'call_mock', type: 'function' },
  function: { name, arguments: written },
})

/** A chat completion that calls one tool and says nothing. */
export const callPlain = ({ usage, ...about }: About, { name, written }: Call): object => {
  const message = { role: 'assistant', content: null, tool_calls: [toolOf(name, written)] }
  const choices = [{ index: 0, message, finish_reason: 'tool_calls' }]
  return { ...about, object: 'chat.completion', choices, usage }
}

/** The same as server-sent events, with the arguments in two pieces. */
export const callStreamed = ({ usage, ...about }: About, { name, written }: Call): string => {
  const chunk = (choices: readonly object[], more: object = {}): string =>
    `data: ${JSON.stringify({ ...about, object: 'chat.completion.chunk', choices, ...more })}\n\n`
  const event = (delta: object, finish_reason: string | null = null): string =>
    chunk([{ index: 0, delta, finish_reason }])
  const pieces = [written.slice(0, 3), written.slice(3)]
  return [
    event({ role: 'assistant', content: null, tool_calls: [{ index: 0, ...toolOf(name, '') }] }),
    ...pieces.map((piece) => event({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
    event({}, 'tool_calls'),
    chunk([], { usage }),
    'data: [DONE]\n\n',
  ].join('')
}

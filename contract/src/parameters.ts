/** What becomes of a parameter of OpenAI's API. The documentation's tables are made of these, and tests send each example. */
export interface Parameter {
  /**
   * - `passed`: goes to the model's server under its name, as it is
   * - `obeyed`: does what it says
   * - `accepted`: taken, and there is nothing for it to change
   * - `refused`: 400 `unsupported_parameter` that names it, unless it asks for nothing
   */
  readonly support: 'passed' | 'obeyed' | 'accepted' | 'refused'
  /** A value that is taken, or of a refused one a value that is refused. */
  readonly example: unknown
  /** The one value of a refused one that asks for nothing, which is taken; null is always. */
  readonly idle?: unknown
  /** What is taken of it, or why it is refused: the end of a sentence, in Markdown. */
  readonly note?: string
}

export type Parameters = Readonly<Record<string, Parameter>>

const passed = (example: unknown, note?: string): Parameter => ({
  ...{ support: 'passed', example },
  ...(note === undefined ? {} : { note }),
})
const obeyed = (example: unknown, note: string): Parameter => ({ support: 'obeyed', example, note })
const refused = (example: unknown, note: string, idle?: unknown): Parameter => ({
  ...{ support: 'refused', example, note },
  ...(idle === undefined ? {} : { idle }),
})

const tool = { name: 'weather', parameters: { type: 'object', properties: {} } }
const schema = { type: 'object', properties: { colour: { enum: ['blue'] } }, required: ['colour'] }

/** Of the Responses API, whose requests go on as chat completions. A parameter that is not here is refused as unknown. */
export const responsesParameters = {
  model: obeyed('avow-tiny', 'one of `GET /v1/models`'),
  input: obeyed(
    'Hello',
    'a text, or items of type `message`, `function_call`, `function_call_output` and `item_reference`; parts `input_text`, `output_text`, `refusal`, `input_image` (by `image_url`), `input_file` (by `file_data`) and `input_audio`',
  ),
  instructions: obeyed('Be short.', 'sent as a system message'),
  stream: obeyed(false, 'events in OpenAI’s order'),
  stream_options: obeyed(
    { include_obfuscation: false },
    '`include_obfuscation: true` is refused: events are sent as they are',
  ),
  store: obeyed(false, 'see [what is stored](#what-is-stored)'),
  previous_response_id: obeyed(null, 'see [what is stored](#what-is-stored)'),
  metadata: obeyed({ topic: 'sky' }, 'kept with what is stored, and sent nowhere'),
  max_output_tokens: obeyed(20, 'sent as `max_completion_tokens`'),
  tools: obeyed(
    [{ type: 'function', ...tool }],
    'of type `function`; built-in ones (`web_search`, `file_search`, `code_interpreter`, `mcp`, …) are refused',
  ),
  tool_choice: obeyed('auto', '`none`, `auto`, `required` or a function'),
  parallel_tool_calls: obeyed(true, 'sent beside tools'),
  text: obeyed(
    { format: { type: 'json_schema', name: 'sky', schema } },
    '`format` (`text`, `json_object`, `json_schema`), sent as `response_format`, and `verbosity`',
  ),
  reasoning: obeyed({ effort: 'low' }, '`effort`; `summary` is refused: reasoning is counted and not shown'),
  include: obeyed(
    ['reasoning.encrypted_content'],
    '`reasoning.encrypted_content`, of which there is none to include; others are refused: a chat completion has nothing beyond its answer',
  ),
  temperature: passed(0.5),
  top_p: passed(0.9),
  user: passed('u1'),
  safety_identifier: passed('u1'),
  prompt_cache_key: passed('k1'),
  prompt_cache_retention: passed('24h'),
  service_tier: passed('auto'),
  background: refused(
    true,
    'nothing goes on here once the caller is gone. Send it without, and stream where it takes long.',
    false,
  ),
  conversation: refused(
    'conv_1',
    'send what was said before as `input`, or name a stored response in `previous_response_id`.',
  ),
  context_management: refused([{ type: 'compaction' }], 'shorten the conversation yourself.', []),
  max_tool_calls: refused(3, 'it limits built-in tools, which are not there.'),
  moderation: refused({ model: 'm' }, 'no model for it is there.'),
  prompt: refused({ id: 'pmpt_1' }, 'there are no stored prompts; send `instructions` and `input`.'),
  top_logprobs: refused(2, 'use chat completions for logprobs.', 0),
  truncation: refused('auto', 'what does not fit is refused; shorten the conversation yourself.', 'disabled'),
} as const satisfies Parameters

const noTools = 'it calls no tools'

/** Of a chat completion by the embedded engine. A parameter that is not here is refused as not supported, by its name. */
export const engineParameters = {
  model: obeyed('avow-tiny', 'one of `GET /v1/models`'),
  messages: obeyed(
    [{ role: 'user', content: [{ type: 'text', text: 'Hello' }] }],
    'roles `system`, `developer`, `user`, `assistant`; text, or parts of type `text`. Images, files and audio are refused.',
  ),
  stream: obeyed(false, 'ends with `[DONE]`'),
  stream_options: obeyed({ include_usage: true }, '`include_usage`, and the extension `continuous_usage_stats`'),
  store: obeyed(false, '`true` is for this cloud to obey: see [kept bodies](/guide/kept-bodies)'),
  max_tokens: obeyed(4, 'without one, as many as the context holds'),
  max_completion_tokens: obeyed(4, 'the same by its newer name'),
  temperature: obeyed(
    0.5,
    '0 to 2; without one, what suits the model: 0.2 for `avow-tiny` and `smollm2-135m-instruct`, otherwise 1',
  ),
  top_p: obeyed(0.9, '0 to 1'),
  seed: obeyed(1, 'the same answer again, by the same engine'),
  stop: obeyed(['.'], 'up to four texts'),
  presence_penalty: obeyed(0.1, '-2 to 2'),
  frequency_penalty: obeyed(0.1, '-2 to 2'),
  response_format: obeyed(
    { type: 'json_schema', json_schema: { name: 'sky', schema } },
    '`text`, `json_object` and `json_schema`',
  ),
  n: obeyed(1, '1 only'),
  top_k: obeyed(40, 'an extension that other servers have too'),
  min_p: obeyed(0.05, 'an extension that other servers have too'),
  ignore_eos: obeyed(false, 'an extension for tests: goes on after the model’s end'),
  user: { support: 'accepted', example: 'u1' },
  metadata: { support: 'accepted', example: { topic: 'sky' } },
  safety_identifier: { support: 'accepted', example: 'u1' },
  prompt_cache_key: { support: 'accepted', example: 'k1' },
  service_tier: { support: 'accepted', example: 'auto', note: '`auto` and `default`' },
  tools: refused([{ type: 'function', function: tool }], noTools, []),
  tool_choice: refused('required', noTools, 'auto'),
  functions: refused([tool], noTools, []),
  function_call: refused({ name: 'weather' }, noTools, 'auto'),
  logprobs: refused(true, 'it does not say how likely its tokens were', false),
  top_logprobs: refused(2, 'it does not say how likely its tokens were', 0),
  logit_bias: refused({ '1': 1 }, 'its sampling cannot be steered by token', {}),
  modalities: refused(['text', 'audio'], 'it writes text', ['text']),
  audio: refused({ voice: 'v', format: 'wav' }, 'it writes text'),
  prediction: refused({ type: 'content', content: 'x' }, 'it writes every token itself'),
  reasoning_effort: refused('low', 'its models do not reason apart from their answer'),
  verbosity: refused('low', 'ask for it in the messages'),
  web_search_options: refused({}, 'it searches nothing'),
} as const satisfies Parameters

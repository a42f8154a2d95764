import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { Template } from '@huggingface/jinja'
import { ApiError } from './api-error.ts'
import type { ChatMessage } from './chat-request.ts'

export interface ChatTemplate {
  /** Text between the turns may hold control tokens; what people wrote never does. */
  readonly render: (messages: readonly ChatMessage[]) => readonly PromptPart[]
  /** Texts that end an answer, for models that have no token for it. */
  readonly stop: readonly string[]
  /** Answers begin with a space that belongs to the prompt. */
  readonly trimStart: boolean
}

export interface PromptPart {
  readonly text: string
  readonly control: boolean
}

/** For models without a template of their own. `plain` suits base models, which were never taught to chat. */
const builtIn: Readonly<Record<string, { source: string; stop: readonly string[] }>> = {
  plain: {
    source:
      '{{ bos_token }}{% for message in messages %}{% if message.role == "system" %}{{ message.content }}\n\n' +
      '{% elif message.role == "user" %}Question: {{ message.content }}\n{% else %}Answer: {{ message.content }}\n\n{% endif %}{% endfor %}Answer:',
    stop: ['\nQuestion:', '\n\n'],
  },
  chatml: {
    source:
      '{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant{{ "\n" }}',
    stop: ['<|im_end|>'],
  },
  gemma: {
    source:
      '{{ bos_token }}{% for message in messages %}<start_of_turn>{{ "model" if message.role == "assistant" else "user" }}\n' +
      '{{ message.content }}<end_of_turn>\n{% endfor %}<start_of_turn>model{{ "\n" }}',
    stop: ['<end_of_turn>'],
  },
}

/**
 * `choice`: a built-in name, the path of a Jinja file, or null for the model's own.
 * Throws when there is none, because a guessed template gives wrong answers silently.
 */
export async function loadChatTemplate(
  choice: string | null,
  inModelFile: string | undefined,
  tokens: { bos: string; eos: string },
): Promise<ChatTemplate> {
  const named = choice === null ? undefined : builtIn[choice]
  const source = named?.source ?? (choice === null ? inModelFile : await readFile(choice, 'utf8'))
  if (source === undefined) throw new Error('The model file has no chat template: name one with --chat-template.')
  const template = new Template(source)

  function render(messages: readonly ChatMessage[]): PromptPart[] {
    // Contents go in as unguessable marks, so that what people wrote can be tokenised as plain text.
    const mark = `\u2063${randomBytes(12).toString('hex')}:`
    const marked = messages.map((message, i) => ({ role: message.role, content: `${mark}${i};` }))
    let text: string
    try {
      text = template.render({
        messages: marked,
        add_generation_prompt: true,
        bos_token: tokens.bos,
        eos_token: tokens.eos,
      })
    } catch (error) {
      throw refusedMessages(error)
    }
    return splitAtMarks(text, mark, messages)
  }
  return { render, stop: named?.stop ?? [], trimStart: choice === 'plain' }
}

function splitAtMarks(text: string, mark: string, messages: readonly ChatMessage[]): PromptPart[] {
  const [head = '', ...rest] = text.split(mark)
  const parts: PromptPart[] = [{ text: head, control: true }]
  for (const piece of rest) {
    const end = piece.indexOf(';')
    parts.push({ text: messages[Number(piece.slice(0, end))]?.content ?? '', control: false })
    parts.push({ text: piece.slice(end + 1), control: true })
  }
  return parts.filter((part) => part.text !== '')
}

/** A template may raise an error of its own, for example when two messages of one role follow each other. */
function refusedMessages(cause: unknown): ApiError {
  const reason = cause instanceof Error ? cause.message : 'unknown reason'
  return new ApiError(400, 'invalid_messages', `The model's chat template refuses these messages: ${reason}`, {
    param: 'messages',
    cause,
  })
}

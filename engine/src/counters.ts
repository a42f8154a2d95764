import type { Usage } from './write-answer.ts'

export const outcomes = ['stop', 'length', 'cancelled', 'refused', 'error'] as const
export type Outcome = (typeof outcomes)[number]

/** What the engine has done since it started. */
export interface Counters {
  readonly add: (outcome: Outcome, usage: Usage) => void
  /** Prometheus text. */
  readonly render: (now: { active: number; waiting: number; slots: number }) => string
}

export function createCounters(): Counters {
  const requests = new Map<Outcome, number>(outcomes.map((outcome) => [outcome, 0]))
  const tokens = { promptTokens: 0, completionTokens: 0 }

  function metric(
    name: string,
    type: 'counter' | 'gauge',
    help: string,
    lines: readonly (readonly [labels: string, value: number])[],
  ): string {
    return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.map(([labels, value]) => `${name}${labels} ${value}\n`).join('')}`
  }

  return {
    add(outcome, usage) {
      requests.set(outcome, (requests.get(outcome) ?? 0) + 1)
      tokens.promptTokens += usage.promptTokens
      tokens.completionTokens += usage.completionTokens
    },
    render: (now) =>
      [
        metric(
          'avow_engine_requests_total',
          'counter',
          'Requests that ended, by how they ended.',
          [...requests].map(([outcome, count]) => [`{outcome="${outcome}"}`, count] as const),
        ),
        metric('avow_engine_prompt_tokens_total', 'counter', 'Prompt tokens read.', [['', tokens.promptTokens]]),
        metric('avow_engine_completion_tokens_total', 'counter', 'Tokens made, cancelled answers included.', [
          ['', tokens.completionTokens],
        ]),
        metric('avow_engine_active_requests', 'gauge', 'Answers being written.', [['', now.active]]),
        metric('avow_engine_queued_requests', 'gauge', 'Requests that wait for a slot.', [['', now.waiting]]),
        metric('avow_engine_slots', 'gauge', 'Answers that can be written at the same time.', [['', now.slots]]),
      ].join(''),
  }
}

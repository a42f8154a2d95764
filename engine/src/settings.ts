import { parseArgs } from 'node:util'

/** What the command line and the environment say. `port` 0 means any free port. */
export interface EngineSettings {
  readonly modelFile: string
  readonly modelId: string
  readonly host: string
  readonly port: number
  /** Path of a Unix socket to listen on instead; null: address and port. */
  readonly socket: string | null
  /** Answers written at the same time. */
  readonly parallel: number
  /** Requests that may wait for a free slot. */
  readonly queue: number
  /** Tokens of prompt and answer together, for one request; 0 takes the model's own limit, up to 4096. */
  readonly contextTokens: number
  readonly threads: number
  /** Largest body of a request, in bytes. */
  readonly bodyBytesMax: number
  /** For requests that name none. */
  readonly temperatureDefault: number
  readonly chatTemplate: string | null
  readonly gpu: 'off' | 'cuda' | 'vulkan' | 'metal'
  readonly token: string | null
}

export const usage = `Usage: node src/main.ts --model FILE --id MODEL_ID [options]
  --port N            0 takes any free port (default 0)
  --host ADDRESS      (default 127.0.0.1)
  --socket PATH       a Unix socket instead of address and port
  --parallel N        answers written at the same time (default 4)
  --queue N           requests that may wait (default 64)
  --context N         tokens of prompt and answer together (default: the model's, up to 4096)
  --threads N         (default 1)
  --body-max BYTES    largest body of a request (default 20 MiB)
  --temperature-default T
                      for requests that name none (default 1, as OpenAI's)
  --chat-template T   plain, chatml, gemma, or a Jinja file (default: the one inside the model file)
  --gpu KIND          off, cuda, vulkan or metal (default off)
AVOW_ENGINE_TOKEN, when set, is required as a bearer token.`

/** Throws an Error whose message names every wrong setting. */
export function readSettings(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): EngineSettings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      model: { type: 'string' },
      id: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      socket: { type: 'string' },
      parallel: { type: 'string' },
      queue: { type: 'string' },
      context: { type: 'string' },
      threads: { type: 'string' },
      'body-max': { type: 'string' },
      'temperature-default': { type: 'string' },
      'chat-template': { type: 'string' },
      gpu: { type: 'string' },
    },
  })
  const problems: string[] = []
  function whole(
    name: 'port' | 'parallel' | 'queue' | 'context' | 'threads' | 'body-max',
    fallback: number,
    min: number,
    max: number,
  ): number {
    const given = values[name]
    if (given === undefined) return fallback
    const value = Number(given)
    if (!/^\d+$/.test(given) || value < min || value > max)
      problems.push(`--${name} must be a whole number from ${min} to ${max}, not "${given}"`)
    return value
  }
  function temperature(): number {
    const given = values['temperature-default'] ?? '1'
    const value = Number(given)
    if (!/^\d+(\.\d+)?$/.test(given) || value > 2)
      problems.push(`--temperature-default must be a number from 0 to 2, not "${given}"`)
    return value
  }
  function text(name: 'model' | 'id'): string {
    const given = values[name]
    if (given === undefined || given === '') problems.push(`--${name} is missing`)
    return given ?? ''
  }
  const gpu = values.gpu ?? 'off'
  if (gpu !== 'off' && gpu !== 'cuda' && gpu !== 'vulkan' && gpu !== 'metal')
    problems.push(`--gpu must be off, cuda, vulkan or metal, not "${gpu}"`)
  const settings = {
    modelFile: text('model'),
    modelId: text('id'),
    host: values.host ?? '127.0.0.1',
    port: whole('port', 0, 0, 65535),
    socket: values.socket ?? null,
    parallel: whole('parallel', 4, 1, 64),
    queue: whole('queue', 64, 0, 100_000),
    contextTokens: whole('context', 0, 64, 1_048_576),
    threads: whole('threads', 1, 1, 256),
    bodyBytesMax: whole('body-max', 20 * 1024 * 1024, 1024, 2 ** 31),
    temperatureDefault: temperature(),
    chatTemplate: values['chat-template'] ?? null,
    gpu: gpu as EngineSettings['gpu'],
    token: env.AVOW_ENGINE_TOKEN || null,
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return settings
}

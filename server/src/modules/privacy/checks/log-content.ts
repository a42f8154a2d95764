import type { LogFields } from '../../../platform/log/index.ts'
import { type Check, finding } from '../check.ts'

const secret = 'canary-5f1c7a0e93'

/** Fields that careless code would log, in the shapes in which it would. */
const careless: Readonly<Record<string, unknown>> = {
  prompt: secret,
  messages: [{ role: 'user', content: secret }],
  output: secret,
  body: { messages: secret },
  authorization: `Bearer ${secret}`,
  headers: { cookie: secret },
  password: secret,
  apiKey: secret,
  token: secret,
  email: secret,
  error: { message: secret },
  source: [secret],
  file: { path: secret },
}

/** Writes what must not be logged to a log of the same make, and looks for it in what came out. */
export const logContent: Check<'logs-without-content'> = {
  name: 'log-content',
  run: async (_rule, { logTo }) => {
    const lines: string[] = []
    const log = logTo({ write: (line) => void lines.push(line) })
    for (const [name, value] of Object.entries(careless)) log.info({ [name]: value } as LogFields, 'probe')
    const leaked = Object.keys(careless).filter((_name, index) => lines[index]?.includes(secret) ?? false)
    const written = lines.length === Object.keys(careless).length ? lines.length : 0
    return finding(
      written,
      leaked.map((name) => `the field ${name} reaches the log`),
      `${lines.length} careless lines written, ${leaked.length} with content`,
    )
  },
}

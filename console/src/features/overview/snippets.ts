export const languages = ['Python', 'TypeScript', 'curl'] as const
export type Language = (typeof languages)[number]
export const isLanguage = (value: string): value is Language => languages.some((language) => language === value)

/** What the official clients read by themselves. `origin` is such as http://127.0.0.1:8080. */
export const environment = (origin: string): string => `export OPENAI_BASE_URL=${origin}/v1
export OPENAI_API_KEY=SECRET`

const python = (model: string) => `# pip install openai
from openai import OpenAI

client = OpenAI()  # reads OPENAI_BASE_URL and OPENAI_API_KEY
stream = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Say hello."}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)`

const typescript = (model: string) => `// npm install openai
import OpenAI from 'openai'

const client = new OpenAI() // reads OPENAI_BASE_URL and OPENAI_API_KEY
const stream = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Say hello.' }],
  stream: true,
})
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')`

const curl = (model: string) => `curl -N $OPENAI_BASE_URL/chat/completions \\
  -H "authorization: Bearer $OPENAI_API_KEY" \\
  -H 'content-type: application/json' \\
  -d '{"model":"${model}","stream":true,"messages":[{"role":"user","content":"Say hello."}]}'`

/** The first call to a model, ready to paste; address and key come from the environment. */
export const firstCalls: Record<Language, (model: string) => string> = { Python: python, TypeScript: typescript, curl }

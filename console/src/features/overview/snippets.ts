export const languages = ['Python', 'TypeScript', 'curl'] as const
export type Language = (typeof languages)[number]
export const isLanguage = (value: string): value is Language => languages.some((language) => language === value)

interface Call {
  /** Such as http://127.0.0.1:8080. */
  origin: string
  model: string
}

const python = ({ origin, model }: Call) => `# pip install openai
import os
from openai import OpenAI

client = OpenAI(base_url="${origin}/v1", api_key=os.environ["AVOW_API_KEY"])
stream = client.chat.completions.create(
    model="${model}",
    messages=[{"role": "user", "content": "Say hello."}],
    stream=True,
)
for chunk in stream:
    if chunk.choices:
        print(chunk.choices[0].delta.content or "", end="", flush=True)`

const typescript = ({ origin, model }: Call) => `// npm install openai
import OpenAI from 'openai'

const client = new OpenAI({ baseURL: '${origin}/v1', apiKey: process.env.AVOW_API_KEY })
const stream = await client.chat.completions.create({
  model: '${model}',
  messages: [{ role: 'user', content: 'Say hello.' }],
  stream: true,
})
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? '')`

const curl = ({ origin, model }: Call) => `curl -N ${origin}/v1/chat/completions \\
  -H "authorization: Bearer $AVOW_API_KEY" \\
  -H 'content-type: application/json' \\
  -d '{"model":"${model}","stream":true,"messages":[{"role":"user","content":"Say hello."}]}'`

/** The first call to a model, ready to paste; the key comes from the environment. */
export const firstCalls: Record<Language, (call: Call) => string> = { Python: python, TypeScript: typescript, curl }

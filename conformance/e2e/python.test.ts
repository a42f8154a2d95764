import { expect, test } from 'vitest'
import { createKey, expectBooked, untilModelReady } from '../src/inference.ts'
import { pythonClient, runPython } from '../src/python.ts'
import { startAvow } from '../src/start-avow.ts'

const program = `
import json, time, openai
client = openai.OpenAI(max_retries=0)
settings = dict(model="avow-tiny", messages=[{"role": "user", "content": "What colour is the sky?"}], temperature=0)
plain = client.chat.completions.create(**settings)
text, usage = "", None
for chunk in client.chat.completions.create(**settings, stream=True, stream_options={"include_usage": True}):
    if chunk.choices and chunk.choices[0].delta.content:
        text += chunk.choices[0].delta.content
    usage = chunk.usage or usage
asked = dict(model="avow-tiny", input="What colour is the sky?", temperature=0)
response = client.responses.create(**asked)
events = []
with client.responses.stream(**asked) as stream:
    for event in stream:
        events.append(event.type)
    final = stream.get_final_response()
try:
    client.responses.create(**asked, store=True)
    not_stored = "nothing"
except openai.BadRequestError as error:
    not_stored = error.code
try:
    client.responses.retrieve(response.id)
    not_read = "nothing"
except openai.PermissionDeniedError as error:
    not_read = error.code
try:
    client.chat.completions.create(model="none", messages=settings["messages"])
    refused = "nothing"
except openai.NotFoundError as error:
    refused = error.code
try:
    openai.OpenAI(api_key="wrong", max_retries=0).models.list()
    wrong_key = "nothing"
except openai.AuthenticationError as error:
    wrong_key = error.code
line = dict(custom_id="one", method="POST", url="/v1/chat/completions", body=dict(settings, max_tokens=4))
upload = client.files.create(file=("calls.jsonl", json.dumps(line).encode()), purpose="batch")
batch = client.batches.create(input_file_id=upload.id, endpoint=line["url"], completion_window="24h", metadata={"of": "python"})
while batch.status not in ("completed", "failed"):
    time.sleep(0.1)
    batch = client.batches.retrieve(batch.id)
answer = json.loads(client.files.content(batch.output_file_id).text)
batched = dict(answer=answer["custom_id"], usage=answer["response"]["body"]["usage"], metadata=batch.metadata,
    deleted=client.files.delete(upload.id).deleted, listed=[one.id for one in client.batches.list()] == [batch.id])
print(json.dumps(dict(plain=plain.choices[0].message.content, streamed=text, usages=[plain.usage.to_dict(), usage.to_dict()],
    models=[model.id for model in client.models.list()], refused=refused, wrong_key=wrong_key,
    responses=[response.output_text, final.output_text], response_usages=[response.usage.to_dict(), final.usage.to_dict()],
    events=[events[0], events[-1]], not_stored=not_stored, not_read=not_read, batched=batched)))
`

test('the official Python client gets plain and streamed answers and responses, a batch, models and typed errors', async ({
  skip,
}) => {
  const client = await pythonClient()
  if ('missing' in client) return skip(client.missing)
  await using avow = await startAvow()
  await untilModelReady(avow, 'avow-tiny')
  const key = await createKey(avow, 'python')
  const output = JSON.parse(
    await runPython(client.folder, program, { OPENAI_BASE_URL: `${avow.url}/v1`, OPENAI_API_KEY: key.secret }),
  )
  expect(output.plain).toMatch(/[a-z]+/)
  expect(output).toMatchObject({ streamed: output.plain, refused: 'model_not_found', wrong_key: 'invalid_api_key' })
  expect(output.models).toContain('avow-tiny')
  const [plain, streamed] = output.usages
  expect(streamed).toMatchObject({ prompt_tokens: plain.prompt_tokens, completion_tokens: plain.completion_tokens })
  const { usage } = output.batched
  expect(output.batched).toMatchObject({ answer: 'one', metadata: { of: 'python' }, deleted: true, listed: true })
  expect(output.responses).toEqual([output.plain, output.plain])
  expect(output).toMatchObject({
    events: ['response.created', 'response.completed'],
    not_stored: 'store_not_allowed',
    not_read: 'policy_refused',
  })
  for (const { input_tokens, output_tokens } of output.response_usages)
    expect([input_tokens, output_tokens]).toEqual([plain.prompt_tokens, plain.completion_tokens])
  await expectBooked(avow, key.id, {
    requests: 5,
    promptTokens: 4 * plain.prompt_tokens + usage.prompt_tokens,
    completionTokens: 4 * plain.completion_tokens + usage.completion_tokens,
  })
})

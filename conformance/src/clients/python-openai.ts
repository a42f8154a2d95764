/** What the official Python client does with a running Avow; it prints what came of it as JSON. */
export const pythonProgram = `
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

import { pythonPackages, runPython } from '../python.ts'
import { type Address, asks, colourSchema, placeSchema, question } from './asked.ts'

const version = '1.106.2'

const program = `
import json, os, litellm
given = json.loads(os.environ["GIVEN"])
at = dict(api_base=os.environ["OPENAI_BASE_URL"], api_key=os.environ["OPENAI_API_KEY"], num_retries=0)
real = dict(at, model="openai/avow-tiny", temperature=0)
messages = [{"role": "user", "content": given["question"]}]
plain = litellm.completion(**real, messages=messages)
streamed, usage = "", None
for chunk in litellm.completion(**real, messages=messages, stream=True, stream_options={"include_usage": True}):
    streamed += (chunk.choices[0].delta.content or "") if chunk.choices else ""
    usage = getattr(chunk, "usage", None) or usage
response = litellm.responses(**real, input=given["question"])
schema = {"type": "json_schema", "json_schema": {"name": "sky", "schema": given["colour"]}}
structured = litellm.completion(**real, messages=messages, response_format=schema).choices[0].message.content
tools = [{"type": "function", "function": {"name": "weather", "parameters": given["place"]}}]
ask = dict(at, model="openai/mock", messages=[{"role": "user", "content": given["call"]}], tools=tools)
called = litellm.completion(**ask).choices[0].message.tool_calls[0].function
pieces = "".join(call.function.arguments or "" for chunk in litellm.completion(**ask, stream=True)
    for call in (chunk.choices[0].delta.tool_calls or []))
def refusal(**changed):
    try:
        litellm.completion(**{**real, **changed, "messages": messages})
    except Exception as error:
        return type(error).__name__
print(json.dumps(dict(plain=plain.choices[0].message.content, streamed=streamed,
    response=response.output[0].content[0].text, structured=json.loads(structured),
    tools=[called.name, json.loads(called.arguments), json.loads(pieces)],
    completed=litellm.text_completion(**dict(at, model="text-completion-openai/avow-tiny"), prompt="The sky is", max_tokens=4).choices[0].text,
    vectors=len(litellm.embedding(**dict(at, model="openai/avow-tiny"), input=["blue sky", "grey sky"]).data),
    counted=[plain.usage.prompt_tokens, plain.usage.completion_tokens], streamed_counted=[usage.prompt_tokens, usage.completion_tokens],
    unknown_model=refusal(model="openai/none"), wrong_key=refusal(api_key="wrong"), refused=refusal(logit_bias={"1": 1}))))
`

/** What LiteLLM, as a library in a program of its caller, makes of a running Avow. It prints warnings of its own before. */
export const driveLiteLlm = async ({
  url,
  apiKey,
}: Address): Promise<Record<string, unknown> | { missing: string }> => {
  // Its calls of tools and of responses load mcp, which it does not require.
  const installed = await pythonPackages(`python-litellm-${version}`, [`litellm==${version}`, 'mcp'])
  if ('missing' in installed) return installed
  const given = { question, colour: colourSchema, place: placeSchema, call: asks({ call: { place: 'Oslo' } }) }
  const printed = await runPython(installed.folder, program, {
    ...{ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: apiKey, GIVEN: JSON.stringify(given) },
    // Its list of prices would be fetched from elsewhere.
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
  })
  return JSON.parse(printed.trim().split('\n').at(-1) ?? '') as Record<string, unknown>
}

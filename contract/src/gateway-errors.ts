/**
 * What `/v1` answers in OpenAI's error shape, by its `code`: HTTP status, title and what to do. Each code has a docs page
 * at `/docs/errors/CODE`. Codes of upstreams that are passed on are not ours and not here.
 */
export const gatewayErrors = {
  invalid_value: { status: 400, title: 'A parameter is wrong', todo: 'Correct the parameter named in `param`.' },
  invalid_messages: {
    status: 400,
    title: 'The messages are wrong',
    todo: 'Correct the messages; `param` names where.',
  },
  invalid_json: { status: 400, title: 'The body is not JSON', todo: 'Send a JSON object.' },
  unsupported_parameter: {
    status: 400,
    title: 'The model’s server does not support a parameter, or a chat completion cannot say it',
    todo: 'Leave out the parameter named in `param`.',
  },
  unknown_parameter: {
    status: 400,
    title: 'There is no such parameter',
    todo: 'Leave out the parameter named in `param`.',
  },
  store_not_allowed: {
    status: 400,
    title: 'The project keeps no bodies, so nothing of the call can be stored',
    todo: 'Send `store: false`. An owner or admin has the project keep bodies, where the policy lets it: `avow body keep`.',
  },
  previous_response_not_found: {
    status: 400,
    title: 'The response to go on from is not stored',
    todo: 'It was not stored, was deleted or has expired, or one before it was. Send what was said as `input`.',
  },
  context_length_exceeded: {
    status: 400,
    title: 'The messages do not fit into the model’s context',
    todo: 'Send less, or ask for a shorter answer.',
  },
  invalid_api_key: {
    status: 401,
    title: 'The API key is wrong, revoked or expired',
    todo: 'The message says which. Make a new one with `avow key create NAME`.',
  },
  policy_refused: {
    status: 403,
    title: 'The policy does not allow this',
    todo: 'The message names the rule. The operator can change the policy; nobody can go around it.',
  },
  file_storage_full: {
    status: 403,
    title: 'The files of the project are as large as they may be together',
    todo: 'Delete files that are no longer needed: `avow files list`, `avow files delete ID`.',
  },
  region_refused: {
    status: 403,
    title: 'The model is served in another region than the organisation allows',
    todo: 'Use a model that is served there, or take the pin away: `avow organisation pin none`. What a deployment plan says, only its agreement changes.',
  },
  plan_refused: {
    status: 403,
    title: 'The organisation’s deployment plan keeps its data from that company',
    todo: 'Use a model of this cloud. An officer can apply another plan, where the agreement says so.',
  },
  provider_not_accepted: {
    status: 403,
    title: 'The model is another company’s, and the organisation has not accepted that',
    todo: 'An owner or admin accepts it, under its own terms: `avow provider accept ID`. `avow provider list` shows them.',
  },
  model_not_found: {
    status: 404,
    title: 'There is no such model, or this key may not use it',
    todo: '`GET /v1/models` lists those that this key can use.',
  },
  response_not_found: {
    status: 404,
    title: 'There is no such stored response',
    todo: 'It was not stored, was deleted or has expired, or it is another project’s.',
  },
  response_held: {
    status: 409,
    title: 'A legal hold covers the response',
    todo: 'It stays until the hold ends.',
  },
  unknown_url: { status: 404, title: 'There is no such endpoint', todo: 'The message lists those there are.' },
  method_not_allowed: { status: 405, title: 'Another method is needed', todo: 'Use the method in `Allow`.' },
  request_too_large: { status: 413, title: 'The body is too large', todo: 'Send less; the limit is in the message.' },
  address_blocked: {
    status: 429,
    title: 'Too many requests without a working key came from this network address',
    todo: 'Keys that were used from here before go on. Others wait for the time in `Retry-After`. If it is wrong, ask a person for a review, at the path in the message.',
  },
  rate_limit_exceeded: {
    status: 429,
    title: 'A limit of the key, its project or its organisation is reached',
    todo: 'The message says which one: so many requests or tokens in a minute, or so many calls at once. Wait for the time in `Retry-After`; an owner or admin can raise it: `avow limits set`, `avow key update`.',
  },
  insufficient_quota: {
    status: 429,
    title: 'The call could cost more than is left of a monthly budget, or of the prepaid balance',
    todo: 'The message names which, and what is left. An owner, admin or billing person raises a budget: `avow budgets set`; whoever runs the cloud tops up a balance. A smaller `max_tokens` reserves less.',
  },
  spend_slowed_down: {
    status: 429,
    title: 'The key or its project spent far more than is usual for it, and is slowed down for a while',
    todo: 'Wait for the time in `Retry-After`. The message names the block; whoever it concerns can have a person look at it: `avow block review`.',
  },
  model_busy: { status: 429, title: 'The model’s queue is full', todo: 'Wait for the time in `Retry-After`.' },
  endpoint_queue_full: {
    status: 429,
    title: 'No replica of the endpoint is ready, and no more requests may wait for one',
    todo: 'Wait for the time in `Retry-After`. A larger `replicasMin` keeps replicas ready: `avow endpoint scale`.',
  },
  internal_error: {
    status: 500,
    title: 'This is our mistake',
    todo: 'Nothing was charged. Report it with the request id.',
  },
  engine_failed: {
    status: 500,
    title: 'The engine failed in the middle of an answer',
    todo: 'Try again. What was produced is counted.',
  },
  upstream_unreachable: {
    status: 502,
    title: 'The model’s server cannot be reached',
    todo: 'Nothing was charged. Try again in a few seconds.',
  },
  upstream_failed: {
    status: 502,
    title: 'The model’s server failed',
    todo: 'Try again; if it goes on, tell the operator with the request id.',
  },
  upstream_malformed: {
    status: 502,
    title: 'The model’s server sent something that is not an answer',
    todo: 'Try again; if it goes on, tell the operator with the request id.',
  },
  upstream_cut_off: {
    status: 502,
    title: 'The model’s server broke off in the middle',
    todo: 'Try again. What was produced is counted.',
  },
  upstream_refused: {
    status: 502,
    title: 'The model’s server refused this cloud',
    todo: 'The operator has to correct the model’s entry.',
  },
  endpoint_not_ready: {
    status: 503,
    title: 'No replica of the endpoint could be started in time',
    todo: 'The message says why. `avow endpoint events ID` and `avow endpoint logs ID` tell more; try again after the time in `Retry-After`.',
  },
  model_not_ready: {
    status: 503,
    title: 'The model is not ready',
    todo: 'It is downloading or starting. The message says what to do.',
  },
  upstream_unavailable: {
    status: 503,
    title: 'The model’s server is not available right now',
    todo: 'Wait for the time in `Retry-After`.',
  },
  too_many_streams: {
    status: 503,
    title: 'Too many streams are open',
    todo: 'Wait for the time in `Retry-After`.',
  },
  keys_unavailable: {
    status: 503,
    title: 'The API key cannot be checked right now',
    todo: 'The database is away. Nothing was charged. Wait for the time in `Retry-After`.',
  },
  budgets_unavailable: {
    status: 503,
    title: 'A budget cannot be asked right now',
    todo: 'The database is away. Nothing was charged. Wait for the time in `Retry-After`.',
  },
  responses_unavailable: {
    status: 503,
    title: 'Stored responses cannot be reached right now',
    todo: 'The database is away. Nothing was charged. Wait for the time in `Retry-After`.',
  },
  stopping: { status: 503, title: 'This server is stopping', todo: 'Try again in a few seconds.' },
  usage_not_recordable: {
    status: 503,
    title: 'Usage cannot be recorded',
    todo: 'The disk of the server is full or failing. Nothing is served that cannot be counted. Tell the operator.',
  },
  upstream_timeout: {
    status: 504,
    title: 'The model’s server took too long',
    todo: 'Try again, or ask for a shorter answer.',
  },
} as const

export type GatewayErrorCode = keyof typeof gatewayErrors

/**
 * Every expected failure: its code, HTTP status, title and what to do. One docs page per code is generated from this
 * table (`/docs/errors/CODE`). Sent as problem details (RFC 9457): `{type, title, status, code, detail, errors?}`.
 */
export const errors = {
  invalid_request: {
    status: 400,
    title: 'The request is not valid',
    todo: 'Correct the fields named in `errors` and send it again. Nothing was changed.',
  },
  unwanted_content: {
    status: 400,
    title: 'This looks like a number that this cloud does not hold',
    todo: 'Leave out the card number or government identifier in the field that `errors` names, and send the rest again. Nothing was stored. If it is something else, write it in another form.',
  },
  not_json: {
    status: 400,
    title: 'The body is not JSON',
    todo: 'Send a JSON body with `content-type: application/json`.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    todo: 'Send less at once; the limit is in the message.',
  },
  not_signed_in: {
    status: 401,
    title: 'Not signed in',
    todo: 'Sign in (console), run `avow login` (CLI), or send `Authorization: Bearer TOKEN`.',
  },
  wrong_credentials: {
    status: 401,
    title: 'Email or password is wrong',
    todo: 'Check both, or reset the password. The answer is the same whether or not the account exists.',
  },
  email_not_verified: {
    status: 403,
    title: 'The email address is not verified yet',
    todo: 'Open the link in the verification mail, or ask for a new one.',
  },
  second_factor_required: {
    status: 401,
    title: 'A second factor is required',
    todo: 'Send the six digits of your authenticator app, or a backup code, as `code`.',
  },
  wrong_code: {
    status: 401,
    title: 'The code is wrong or has run out',
    todo: 'Use the newest code of the authenticator app and check the clock of the device.',
  },
  second_factor_not_set_up: {
    status: 403,
    title: 'The operator’s staff need a second factor',
    todo: 'Set up two-step sign-in under Account, then repeat this.',
  },
  forbidden: {
    status: 403,
    title: 'Your role does not allow this',
    todo: 'Ask an owner or admin of the organisation for a role that does.',
  },
  staff_access_needed: {
    status: 403,
    title: 'Staff see this for a stated reason only',
    todo: 'Say why with a reason and a ticket: `POST /api/v1/operate/outbox/{mailId}/open`, `avow outbox show ID --reason … --ticket …`, or the button beside the mail. The person can see that you did.',
  },
  second_person_needed: {
    status: 403,
    title: 'A second person has to do this',
    todo: 'Ask another officer: whoever prepared an answer to an authority does not review it.',
  },
  not_found: {
    status: 404,
    title: 'There is no such thing here',
    todo: 'Check the id. What belongs to another organisation also looks like this.',
  },
  backups_off: {
    status: 409,
    title: 'The policy gives backups no period',
    todo: 'Add `backups: { keep: P30D }` to the policy: a backup that nothing expires is not made.',
  },
  restoring: {
    status: 503,
    title: 'This cloud is being restored from a backup',
    todo: 'Wait: what was erased since the backup is being erased again. `/readyz` tells when it is done.',
  },
  conflict: {
    status: 409,
    title: 'It is in another state than this needs',
    todo: 'Read the current state and decide again.',
  },
  customer_not_told: {
    status: 409,
    title: 'The customer was not told yet',
    todo: 'Tell them (`avow disclosure tell ID`), or record why not and when to look at that again (`avow disclosure silence ID GROUND`). Until then nothing leaves.',
  },
  already_exists: {
    status: 409,
    title: 'There is one with this name already',
    todo: 'Choose another name, or use the one there is.',
  },
  last_owner: {
    status: 409,
    title: 'An organisation needs an owner',
    todo: 'Make someone else an owner first.',
  },
  below_minimum_age: {
    status: 403,
    title: 'Below the minimum age of this cloud’s policy',
    todo: 'This service is not for people below that age. What you entered was not stored.',
  },
  weak_password: {
    status: 400,
    title: 'The password is too weak',
    todo: 'Use at least 12 characters; a few unrelated words are good.',
  },
  token_invalid: {
    status: 400,
    title: 'The link is not valid any more',
    todo: 'Ask for a new one: links work once and for a limited time.',
  },
  archive_invalid: {
    status: 400,
    title: 'The archive is no export that can be read',
    todo: 'Use the tar.gz as `avow privacy export` wrote it: whole and unchanged. The message says what is wrong with this one. Nothing was imported.',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'This Idempotency-Key was used for another request',
    todo: 'Use a new key for a new request.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
    todo: 'Wait a moment and repeat it.',
  },
  address_blocked: {
    status: 429,
    title: 'Strangers from this network address are not answered for now',
    todo: 'Wait for the time in `Retry-After`; whoever was signed in or used a working key goes on meanwhile. If this is wrong, ask for a [review](/operate/alerts#floods) at the path in the message.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    todo: 'Wait for the time in `Retry-After`.',
  },
  upstream_invalid: {
    status: 400,
    title: 'The model’s upstream cannot be used',
    todo: 'Give an http(s) address of an OpenAI-compatible server, such as http://127.0.0.1:8000/v1; link-local and metadata addresses are refused.',
  },
  policy_invalid: {
    status: 400,
    title: 'The policy cannot be used',
    todo: 'Correct what the message names, by line and column (`avow policy lint FILE` shows the same), and publish it again. Nothing was changed.',
  },
  policy_refused: {
    status: 403,
    title: 'The policy, or a plan beside it, does not allow this',
    todo: 'The message names the rule. The operator can change the policy, and a deployment plan is agreed anew; nobody can go around them.',
  },
  choice_not_open: {
    status: 409,
    title: 'This purpose does not wait for that choice',
    todo: 'The message says why. `GET /api/v1/me/privacy/choices` lists what can be said to each purpose.',
  },
  recipient_refused: {
    status: 403,
    title: 'The policy does not let this party receive this',
    todo: 'The message says what the policy lacks. Add the party to `recipients` there, or use a server of your own.',
  },
  region_refused: {
    status: 403,
    title: 'The policy, or a pin, keeps this out of that region',
    todo: 'The message names the regions that are allowed. Choose one of them, or take the organisation’s pin away.',
  },
  unavailable: {
    status: 503,
    title: 'A part is not answering',
    todo: 'Nothing was lost. Try again in a few seconds; `/readyz` says which part it is.',
  },
  internal: {
    status: 500,
    title: 'This is our mistake',
    todo: 'Nothing half-done was kept. Report it with the request id in the message.',
  },
} as const

export type ErrorCode = keyof typeof errors
export const errorCodes = Object.keys(errors) as ErrorCode[]

/** Calls of the server to others than its callers, apart from the inference path: model files, health of own engines. */
export const outboundFetch: typeof fetch = (input, init) => fetch(input, init)

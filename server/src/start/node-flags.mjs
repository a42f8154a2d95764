/**
 * What the server's Node runs with. Calls under way outlive V8's default nursery of 16 MiB, so that under load they were
 * copied again and again by helper threads: a third of the time of a plain call (measured with bench/gateway).
 */
export const nodeFlags = ['--max-semi-space-size=64']

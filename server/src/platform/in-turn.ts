/** Runs each work after those that were given before it have ended, whether or not they failed. */
export const inTurn = (): (<T>(work: () => Promise<T>) => Promise<T>) => {
  let before: Promise<unknown> = Promise.resolve()
  return (work) => {
    const run = before.then(work)
    before = run.catch(() => undefined)
    return run
  }
}

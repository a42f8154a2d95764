import { Client } from 'pg'

/**
 * Ends this process before its n-th statement from now; 0: never.
 * @returns how many statements there were since
 */
export const killBeforeStatement = (n: number): (() => number) => {
  let left = n
  const query = Client.prototype.query
  Client.prototype.query = function (this: Client, ...given: Parameters<typeof query>) {
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
    return query.apply(this, given)
  } as typeof query
  return () => n - left
}

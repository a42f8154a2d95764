import { type ComponentType, lazy } from 'react'

/** The part of the console that a page needs did not arrive: it was updated on the server, or the line broke. */
export class PartMissing extends Error {
  constructor(cause: unknown) {
    super('A part of the console did not arrive.', { cause })
    this.name = 'PartMissing'
  }
}

/**
 * A page that is fetched when it is first needed; `preload` fetches it ahead of time. The router's own helper is not
 * used because it writes to the browser's storage, which the policy does not list.
 */
export const lazyPage = <Name extends string>(load: () => Promise<Record<Name, ComponentType>>, name: Name) => {
  const part = async () => {
    const pages = await load().catch((cause: unknown) => {
      throw new PartMissing(cause)
    })
    return { default: pages[name] }
  }
  return Object.assign(lazy(part), {
    preload: () =>
      load().then(
        () => undefined,
        () => undefined,
      ),
  })
}

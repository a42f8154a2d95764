/** The organisation and project of the page that was opened last; survives a reload. Ids only, never a token. */
export interface Scope {
  organisationId: string | null
  projectId: string | null
}

export interface LastScope {
  get: () => Scope
  set: (scope: Scope) => void
  subscribe: (listener: () => void) => () => void
}

const place = 'avow.last-project'
const nothing: Scope = { organisationId: null, projectId: null }

const parse = (text: string | null): Scope => {
  const [organisationId, projectId] = (text ?? '').split('/')
  return { organisationId: organisationId || null, projectId: projectId || null }
}

export const keepLastScope = (storage: Storage): LastScope => {
  const listeners = new Set<() => void>()
  const read = () => {
    try {
      return parse(storage.getItem(place))
    } catch {
      return nothing
    }
  }
  let current = read()
  return {
    get: () => current,
    set: (scope) => {
      if (scope.organisationId === current.organisationId && scope.projectId === current.projectId) return
      current = scope
      try {
        storage.setItem(place, `${scope.organisationId ?? ''}/${scope.projectId ?? ''}`)
      } catch {
        // Storage is full or off: the choice lasts until the page is closed.
      }
      for (const listener of listeners) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

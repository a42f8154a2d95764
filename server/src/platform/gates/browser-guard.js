// Keeps in the browser what the policy lists and nothing else. Our pages load it before every other script.
;((listed) => {
  const has = (where, name) => listed.some((one) => one.where === where && one.name === String(name))
  const refused = () => new DOMException('The privacy policy does not list this.', 'SecurityError')

  const areas = new WeakSet()
  for (const where of ['localStorage', 'sessionStorage']) {
    let real
    try {
      real = window[where]
    } catch {
      continue // Storage is off.
    }
    const put = (name, value) => {
      if (has(where, name)) real.setItem(String(name), String(value))
    }
    const guarded = new Proxy(real, {
      get: (_real, name) => {
        if (name === 'setItem') return put
        const value = real[name]
        return typeof value === 'function' ? value.bind(real) : value
      },
      set: (_real, name, value) => {
        put(name, value)
        return true
      },
      defineProperty: (_real, name, { value }) => {
        put(name, value)
        return true
      },
    })
    areas.add(guarded)
    Object.defineProperty(window, where, { get: () => guarded })
  }

  // A browser takes only its own storage in an event of a script: the guarded one would be a TypeError, so it is left out.
  const BrowserStorageEvent = window.StorageEvent
  window.StorageEvent = class StorageEvent extends BrowserStorageEvent {
    constructor(type, init) {
      super(type, areas.has(init?.storageArea) ? { ...init, storageArea: null } : init)
    }
  }

  const cookie = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')
  Object.defineProperty(document, 'cookie', {
    get: () => cookie.get.call(document),
    set: (text) => {
      if (has('cookie', String(text).split('=')[0].trim())) cookie.set.call(document, text)
    },
  })
  Object.defineProperty(window, 'cookieStore', { value: undefined })

  const open = IDBFactory.prototype.open
  IDBFactory.prototype.open = function (name, ...more) {
    if (!has('indexedDB', name)) throw refused()
    return open.call(this, name, ...more)
  }
  // Neither is for anything that a policy could list.
  for (const [owner, act] of [
    [window.CacheStorage, 'open'],
    [window.ServiceWorkerContainer, 'register'],
  ])
    if (owner !== undefined) owner.prototype[act] = () => Promise.reject(refused())
})([])

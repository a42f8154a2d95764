import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core'

const place = 'avow.appearance'

/** Keeps light, dark or automatic in the browser, under the name that public/appearance.js reads before the first paint. */
export const keepAppearance = (storage: Storage): MantineColorSchemeManager => {
  const read = (fallback: MantineColorScheme): MantineColorScheme => {
    try {
      const kept = storage.getItem(place)
      return kept === 'light' || kept === 'dark' || kept === 'auto' ? kept : fallback
    } catch {
      return fallback
    }
  }
  return {
    get: read,
    set: (value) => {
      try {
        storage.setItem(place, value)
      } catch {
        // Storage is full or off: the choice lasts until the page is closed.
      }
    },
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    clear: () => storage.removeItem(place),
  }
}

/** Whether the server answers. While it does not, asks `/healthz` every two seconds and calls `onBack` when it does. */
export interface Reach {
  isDown: () => boolean
  reportDown: () => void
  subscribe: (listener: () => void) => () => void
}

interface Options {
  isHealthy: () => Promise<boolean>
  wait: (milliseconds: number) => Promise<void>
  onBack: () => void
}

export const watchReach = ({ isHealthy, wait, onBack }: Options): Reach => {
  const listeners = new Set<() => void>()
  let down = false
  const tell = (next: boolean) => {
    down = next
    for (const listener of listeners) listener()
  }
  const untilBack = async () => {
    while (down) {
      await wait(2000)
      if (await isHealthy().catch(() => false)) {
        tell(false)
        onBack()
      }
    }
  }
  return {
    isDown: () => down,
    reportDown: () => {
      if (down) return
      tell(true)
      void untilBack()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

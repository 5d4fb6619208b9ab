/** Tabs of one browser profile: a BroadcastChannel and a Web Lock (tabs.ts). */
import type { TabMessage, Tabs } from './tabs.ts'

const channelName = 'mantel'
const lockName = 'mantel-lead'
const beatMs = 600
const silenceMs = 2000

type Posted = TabMessage | { readonly kind: 'beat' }

/** Joins the tabs of this profile. */
export function createBrowserTabs(clock: () => number): Tabs {
  const channel = new BroadcastChannel(channelName)
  const listeners = new Set<(message: TabMessage) => void>()
  const leadListeners = new Set<(leading: boolean) => void>()
  let leading = false
  let visible = false
  let heardMs = clock()
  let release: (() => void) | null = null
  let closed = false

  const enter = (next: boolean): void => {
    if (leading === next) return
    leading = next
    for (const listener of leadListeners) listener(next)
  }

  const hold = (): Promise<void> => {
    enter(true)
    beat()
    return new Promise((resolve) => {
      release = resolve
    })
  }

  /** Waits in the queue for the lock; when it is stolen from us we queue again. */
  const queue = async (): Promise<void> => {
    while (!closed) {
      try {
        await navigator.locks.request(lockName, hold)
      } catch {
        heardMs = clock()
      }
      enter(false)
    }
  }

  const steal = async (): Promise<void> => {
    if (leading) return
    const held = new Promise<void>((resolve) => {
      void navigator.locks
        .request(lockName, { steal: true }, () => {
          resolve()
          return hold()
        })
        .catch(() => undefined)
        .finally(() => {
          enter(false)
        })
    })
    await held
  }

  const beat = (): void => {
    if (leading) channel.postMessage({ kind: 'beat' } satisfies Posted)
  }

  const pulse = setInterval(() => {
    beat()
    if (!leading && visible && clock() - heardMs > silenceMs) {
      heardMs = clock()
      void steal()
    }
  }, beatMs)

  channel.onmessage = (event: MessageEvent<Posted>) => {
    const message = event.data
    if (message.kind === 'beat') heardMs = clock()
    else for (const listener of listeners) listener(message)
  }
  void queue()

  return {
    post: (message) => {
      channel.postMessage(message)
    },
    onMessage: (listener) => void listeners.add(listener),
    onLead: (listener) => {
      leadListeners.add(listener)
      if (leading) listener(true)
    },
    leading: () => leading,
    claim: steal,
    setVisible(next) {
      visible = next
      if (next) heardMs = clock() - silenceMs + beatMs * 2
    },
    close() {
      closed = true
      clearInterval(pulse)
      release?.()
      channel.close()
    },
  }
}

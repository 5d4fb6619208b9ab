/** Tabs of one device, which hear of each other as late as a test wants. */
import type { TabMessage, Tabs } from '#lib/engine/tabs.ts'

/** Tabs that hear of each other once `hears` resolves, and all lead: the lead was stolen from one that was only slow. */
export function leadingTabs(hears: () => Promise<void> = () => Promise.resolve()): () => Tabs {
  const listeners: ((message: TabMessage) => void)[] = []
  return () => {
    const own: typeof listeners = []
    return {
      post(message) {
        for (const listener of listeners)
          if (!own.includes(listener)) void hears().then(() => listener(message))
      },
      onMessage(listener) {
        own.push(listener)
        listeners.push(listener)
      },
      onLead: (listener) => listener(true),
      leading: () => true,
      claim: () => Promise.resolve(),
      setVisible: () => undefined,
      close: () => undefined,
    }
  }
}

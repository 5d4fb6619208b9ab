/**
 * Several tabs share one device: they tell each other which entries are new, and one of them, the leader,
 * does the sending. The visible one takes over from a leader that has fallen asleep.
 *
 * Source  docs/design.md §8, §10: a Web Lock, stolen after 2 s without a heartbeat (sleeping tabs keep locks)
 */
import type { EntryId, GroupId } from '#lib/base/ids.ts'
import type { PlaceCard } from './api.ts'

export type TabMessage =
  | { readonly kind: 'stored'; readonly group: GroupId; readonly entries: readonly EntryId[] }
  | { readonly kind: 'index'; readonly group: GroupId }
  /** The list of groups changed: open or close accordingly. */
  | { readonly kind: 'groups' }
  | { readonly kind: 'places'; readonly group: GroupId; readonly places: readonly PlaceCard[] }
  | { readonly kind: 'intake'; readonly group: GroupId }

export interface Tabs {
  post(message: TabMessage): void
  onMessage(listener: (message: TabMessage) => void): void
  /** Calls back with true when this tab begins to lead and false when it stops. */
  onLead(listener: (leading: boolean) => void): void
  leading(): boolean
  /** Takes the lead at once: the person is doing something here that needs the network. */
  claim(): Promise<void>
  setVisible(visible: boolean): void
  close(): void
}

/** A device with one tab (Node, tests). */
export function createLoneTab(): Tabs {
  return {
    post: () => undefined,
    onMessage: () => undefined,
    onLead: (listener) => {
      listener(true)
    },
    leading: () => true,
    claim: () => Promise.resolve(),
    setVisible: () => undefined,
    close: () => undefined,
  }
}

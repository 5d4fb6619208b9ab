/**
 * Looks again for entries that others name and that never came, though the cursor is past them: a relay that left
 * some out once, by fault or by will, would else never be asked for them again.
 *
 * Anybody in the group can name entries that do not exist, and then everybody looks through a whole feed: so once a
 * session at once, then only after a pause, and for the same entries never twice.
 *
 * Units   times in milliseconds
 * Errors  a relay that answers nothing useful costs one reading of its feed
 * Source  docs/design.md §5 "What counts", §9; wire/frames.ts `select`
 */
import type { EntryId } from '#lib/base/ids.ts'
import { minuteMs } from '#lib/base/time.ts'
import { entryKinds } from '#lib/wire/entry.ts'
import { maxSelectedEntries } from '#lib/wire/limits.ts'
import type { DeviceFrame, SelectedFrame } from '#lib/wire/frames.ts'
import type { Replica } from './replica.ts'

export interface GapSearch {
  /** Starts a search where something new is missing and the last one is long enough ago. */
  start(): void
  /** Whether the next `selected` is for this search. */
  isWaiting(): boolean
  /** Takes an answer; resolves when it has been dealt with. */
  selected(frame: SelectedFrame): Promise<void>
}

export interface GapSearchParts {
  readonly replica: Replica
  readonly send: (frame: DeviceFrame) => void
  readonly clock: () => number
  /** A search has come to the end of the feed. */
  readonly onSearched: () => void
}

const pauseMs = 10 * minuteMs

/** The search of one session. */
export function createGapSearch({ replica, send, clock, onSearched }: GapSearchParts): GapSearch {
  const sought = new Set<EntryId>()
  let soughtMs: number | null = null
  let position: number | null = null

  const ask = (after: number): void => {
    position = after
    send({ t: 'select', kinds: entryKinds, after, limit: maxSelectedEntries, newest: false })
  }

  return {
    start() {
      if (position !== null || (soughtMs !== null && clock() - soughtMs < pauseMs)) return
      const fresh = [...replica.log.graph.missing()].filter((id) => !sought.has(id))
      if (fresh.length === 0) return
      for (const id of fresh) sought.add(id)
      soughtMs = clock()
      ask(0)
    },
    isWaiting: () => position !== null,
    async selected({ entries, more, to }) {
      const asked = position
      position = null
      await replica.receive(entries)
      // A relay that does not get on would be asked for ever.
      if (more && asked !== null && to > asked) ask(to)
      else onSearched()
    },
  }
}

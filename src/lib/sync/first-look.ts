/**
 * What a device asks of a feed it has never read: first who is in the group, then the newest snapshots, so that
 * photos show before the whole feed has come. Then the feed is followed from its start as ever.
 * Operations are stored before anything is shown: a device that dies over a snapshot takes no second look.
 *
 * Errors  a relay that does not answer sensibly only costs the head start
 * Source  docs/design.md §7 "A fresh device"; wire/frames.ts `select`
 */
import { maxSelectedEntries } from '#lib/wire/limits.ts'
import type { DeviceFrame, SelectedFrame } from '#lib/wire/frames.ts'
import type { Replica } from './replica.ts'

export interface FirstLook {
  start(): void
  /** Takes an answer; resolves when it has been dealt with. */
  selected(frame: SelectedFrame): Promise<void>
}

export interface FirstLookParts {
  readonly replica: Replica
  readonly send: (frame: DeviceFrame) => void
  /** Operations and snapshots are stored. */
  readonly onHints: () => Promise<void>
  /** Nothing more to ask: follow the feed. */
  readonly onDone: () => void
}

const newestSnapshots = 32

/** A first look at one relay's feed. */
export function createFirstLook({ replica, send, onHints, onDone }: FirstLookParts): FirstLook {
  let stage: 'operations' | 'snapshots' | 'done' = 'operations'

  const askOperations = (after: number): void => {
    send({ t: 'select', kinds: ['op'], after, limit: maxSelectedEntries, newest: false })
  }

  return {
    start() {
      askOperations(0)
    },
    async selected({ entries, more, to }) {
      if (stage === 'done') return
      await replica.receive(entries)
      if (stage === 'operations' && more) askOperations(to)
      else if (stage === 'operations') {
        stage = 'snapshots'
        send({ t: 'select', kinds: ['snapshot'], after: 0, limit: newestSnapshots, newest: true })
      } else {
        stage = 'done'
        if (entries.length > 0) await onHints()
        onDone()
      }
    },
  }
}

/**
 * What this device keeps, put together: room where a write finds none, and the background work for what was chosen.
 *
 * Source  docs/design.md §8 "What a device keeps"
 */
import type { EngineEvent } from './api.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import { createKeepingTending, type KeepingTending } from './keeping-tending.ts'
import { createRoom } from './making-room.ts'

export interface KeepingParts {
  readonly groups: EngineGroups
  readonly parts: EngineParts
  readonly emit: (event: EngineEvent) => void
  /** Who is told of every event. */
  readonly listeners: Set<(event: EngineEvent) => void>
}

/** Rows come with files, and the next file with this one. */
const spareBytes = 16 << 20

/** Whatever is full from now on asks here for room before anybody is told. */
export function createKeeping({ groups, parts, emit, listeners }: KeepingParts): KeepingTending {
  const onGivenUp = () => emit({ kind: 'storage' })
  const room = createRoom({ groups, parts, onGivenUp })
  parts.whenFull({
    // What cannot be asked or given up makes no room; the write that found none says why it failed.
    makeRoom: async (bytes) => (await room.make(bytes + spareBytes).catch(() => 0)) > 0,
    onFull(isFull) {
      if (isFull) groups.setTrouble('storage-full')
      else if (groups.trouble() === 'storage-full') groups.setTrouble(null)
    },
  })
  const tending = createKeepingTending({
    ...{ groups, parts, room },
    onProgress: () => emit({ kind: 'overview' }),
    onComplete: () => emit({ kind: 'storage' }),
  })
  listeners.add(({ kind }) => {
    if (kind === 'overview' || kind === 'index') tending.kick()
  })
  return tending
}

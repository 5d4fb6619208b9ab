/**
 * Keeps here what people chose to keep, in the background: gives up what is more once they want the room back, makes
 * room before the device is full, and fetches what is missing, newest first.
 *
 * Only the tab that leads does it. Everything is seen from what is here and what was chosen, so that it goes on after a
 * kill where it was; what cannot be had now is looked for after the next change. Nothing is fetched ahead into the last
 * part of the device's space.
 *
 * Units   times in milliseconds; shares of the browser's quota
 * Errors  none: where storage fails it is looked at again after the next change
 * Source  docs/design.md §8 "What a device keeps"
 */
import type { GroupId } from '#lib/base/ids.ts'
import { inOneRun } from '#lib/base/one-run.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { isMember } from '#lib/sync/connections.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import { fetchMissing, type Missing } from './fetch-missing.ts'
import type { GroupSession } from './group-session.ts'
import { keepingIn } from './keeping-choice.ts'
import { filesOf, smallFilesWanted } from './keeping-plan.ts'
import type { Room } from './making-room.ts'

export interface KeepingTending {
  /** Something changed that it may be about. */
  kick(): void
  /** Somebody chose: at once. */
  chosen(): void
  /** Bytes of what is being fetched to be kept; null while nothing is. */
  fetching(): { readonly doneBytes: number; readonly totalBytes: number } | null
  stop(): void
}

export interface TendingParts {
  readonly groups: Pick<EngineGroups, 'sessions'>
  readonly parts: Pick<
    EngineParts,
    'tabs' | 'clock' | 'dutySpreadMs' | 'storageEstimate' | 'online'
  >
  readonly room: Room
  readonly onProgress: () => void
  /** All that was chosen is here. */
  readonly onComplete: () => void
}

const fullShare = 0.9
const roomyShare = 0.8
/** Looking through everything costs little, but not nothing. */
const spreadsBetweenLooks = 10
/** No place answered, or none holds what is here. */
const spreadsAfterVain = 40

/** At rest until the first `kick`. */
export function createKeepingTending(tended: TendingParts): KeepingTending {
  const { groups, parts, room } = tended
  let timer: ReturnType<typeof setTimeout> | null = null
  let stopped = false
  /** Grows with every reason to look again. */
  let reason = 0
  let doneBytes = 0
  let leftBytes = 0
  let isReporting = false
  /** Groups whose choice has been seen to, by what it was. */
  const seenTo = new Map<GroupId, string>()

  const report = (left: number): void => {
    leftBytes = left
    if (left === 0) doneBytes = 0
    isReporting = true
    tended.onProgress()
    isReporting = false
  }

  /** The originals, with films of live photos, that are to be here and are not; what is small is fetched along the way. */
  const missingIn = async (session: GroupSession): Promise<Missing[]> => {
    const choice = await keepingIn(session.store)
    const { keeping } = choice
    const seen = JSON.stringify(choice)
    if (keeping !== 'originals' && seenTo.get(session.group) === seen) return []
    const held = await session.store.blobs.list()
    const binned = new Set(session.projection.inBin())
    const items = [...session.projection.all()].filter((item) => !binned.has(item))
    const files = filesOf(items)
    const small = smallFilesWanted(files, keeping, parts.clock())
    session.connections.downloads.prefetch(small.filter((blob) => !held.has(blob)))
    seenTo.set(session.group, seen)
    if (keeping !== 'originals') return []
    return files.flatMap(({ original, motion }) =>
      [original, motion].flatMap((file) =>
        file === null || held.has(file.blob) ? [] : [{ session, file }],
      ),
    )
  }

  const hasRoom = async (bytes: number): Promise<boolean> => {
    const { usedBytes, quotaBytes } = await parts.storageEstimate()
    return quotaBytes === 0 || usedBytes + bytes < quotaBytes * roomyShare
  }

  const relieve = async (): Promise<void> => {
    const { usedBytes, quotaBytes } = await parts.storageEstimate()
    if (quotaBytes === 0 || usedBytes <= quotaBytes * fullShare) return
    const freed = await room.make(usedBytes - quotaBytes * roomyShare)
    if (freed === 0) lookIn(spreadsAfterVain)
  }

  const fetchAll = async (missing: readonly Missing[]): Promise<void> => {
    const mine = reason
    const isMine = () => !stopped && reason === mine && parts.tabs.leading()
    let left = missing.reduce((sum, { file }) => sum + file.size, 0)
    report(left)
    await fetchMissing(missing, {
      ...{ mayGoOn: isMine, hasRoom, clock: parts.clock },
      onHere: ({ size }) => {
        left -= size
        doneBytes += size
        report(left)
      },
    })
    // Whoever looks again goes on with the same count.
    if (reason === mine) report(0)
  }

  const tend = async (): Promise<void> => {
    if (leftBytes > 0 && !parts.tabs.leading()) report(0)
    if (stopped || !parts.tabs.leading()) return
    const members = groups.sessions().filter(({ replica }) => isMember(replica))
    await room.settle()
    await relieve()
    const missing: Missing[] = []
    if (parts.online()) for (const session of members) missing.push(...(await missingIn(session)))
    await fetchAll(missing)
    if (missing.length > 0) tended.onComplete()
  }

  const run = inOneRun(tend)
  const look = (): void => {
    reason++
    void run().catch((cause: unknown) => {
      if (!(cause instanceof StorageProblem)) throw cause
    })
  }

  const lookIn = (spreads: number): void => {
    if (stopped) return
    timer ??= setTimeout(() => {
      timer = null
      look()
    }, parts.dutySpreadMs * spreads)
  }

  return {
    kick() {
      // What is told of this work is no reason for it.
      if (!isReporting) lookIn(spreadsBetweenLooks)
    },
    chosen: look,
    fetching: () => (leftBytes === 0 ? null : { doneBytes, totalBytes: doneBytes + leftBytes }),
    stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

/**
 * Room: whether a group may store more, by its quota and by what the disk has left.
 *
 * Aside   what was released (docs/design.md §8) leaves its room at once, as far as it is no more than the quota itself:
 *         so emptying the bin helps, and releasing and adding in turns never takes more than twice the quota.
 * Units   bytes; a quota of 0 is none
 */
import { statfs } from 'node:fs/promises'
import { secondMs, type Clock } from '#lib/base/time.ts'

export interface Room {
  /** Whether that many bytes more may be stored. */
  has(bytes: number): Promise<boolean>
}

export interface RoomLimits {
  readonly groupQuotaBytes: number
  readonly minFreeBytes: number
}

/** Free bytes of the disk a folder is on, looked up every few seconds. */
export type FreeBytes = () => Promise<number>

/** Watches the disk of a folder. */
export function createFreeBytes(folder: string, clock: Clock): FreeBytes {
  let known: Promise<number> | null = null
  let knownAtMs = 0
  return () => {
    if (known !== null && clock() - knownAtMs < 5 * secondMs) return known
    knownAtMs = clock()
    known = statfs(folder).then(({ bavail, bsize }) => bavail * bsize)
    return known
  }
}

/** What a group stores, in bytes. */
export interface RoomTaken {
  used(): Promise<number>
  aside(): Promise<number>
}

/** The room of one group. */
export function createRoom(limits: RoomLimits, freeBytes: FreeBytes, taken: RoomTaken): Room {
  const quota = limits.groupQuotaBytes
  const counted = async () => (await taken.used()) + Math.max(0, (await taken.aside()) - quota)
  const isWithinQuota = async (bytes: number) => quota === 0 || (await counted()) + bytes <= quota
  const isWithinDisk = async (bytes: number) =>
    limits.minFreeBytes === 0 || (await freeBytes()) - bytes >= limits.minFreeBytes
  return { has: async (bytes) => (await isWithinDisk(bytes)) && (await isWithinQuota(bytes)) }
}

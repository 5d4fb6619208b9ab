/**
 * The disk that all groups of a relay share: how much may still be written to it.
 *
 * Promised  what is on its way (room.ts) was promised its whole length: what is not written of it yet is not free
 * Units     bytes
 */
import { statfs } from 'node:fs/promises'
import { hourMs, type Clock } from '#lib/base/time.ts'

/** Room that something on its way was promised. */
export interface Pledge {
  /** Its whole length. */
  readonly bytes: number
  /** How much of it lies on the disk. */
  written: number
  /** When somebody last sent of it; Infinity while somebody does. */
  heardMs: number
}

export interface Disk {
  /** Looks, and gives what tells how much more may be written: to be asked at once, before anything else is promised. */
  lookUp(): Promise<() => number>
  promise(pledge: Pledge): void
  release(pledge: Pledge): void
}

export interface DiskParts {
  /** To be left free; 0: as much is free as anybody wants, and nobody looks. */
  readonly minFreeBytes: number
  readonly clock: Clock
  /** What is free at the moment. */
  free(): Promise<number>
}

/** Who goes away for longer is not waited for. */
const PROMISED_MS = hourMs

/** What is free on the disk that a folder is on. */
export async function freeBytesAt(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/** A disk of which nothing is promised. */
export function createDisk({ minFreeBytes, clock, free }: DiskParts): Disk {
  const pledges = new Set<Pledge>()
  const promised = () => {
    let sum = 0
    for (const pledge of pledges) sum += outstanding(pledge, clock())
    return sum
  }
  return {
    lookUp: async () => {
      if (minFreeBytes === 0) return () => Infinity
      const known = await free()
      return () => known - promised() - minFreeBytes
    },
    promise: (pledge) => void pledges.add(pledge),
    release: (pledge) => void pledges.delete(pledge),
  }
}

/** What may still be written of it. */
export function outstanding(pledge: Pledge, nowMs: number): number {
  return isWaitedFor(pledge, nowMs) ? Math.max(0, pledge.bytes - pledge.written) : 0
}

/** What it takes of its group's quota. */
export function takenBy(pledge: Pledge, nowMs: number): number {
  return isWaitedFor(pledge, nowMs) ? pledge.bytes : pledge.written
}

function isWaitedFor({ heardMs }: Pledge, nowMs: number): boolean {
  return nowMs - heardMs < PROMISED_MS
}

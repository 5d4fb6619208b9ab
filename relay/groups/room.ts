/**
 * Room: whether a group may store more, by its quota and by what the disk has left.
 *
 * Coming  what is on its way takes its whole length from the start: a file while it is sent, an upload in parts also
 *         between them, for an hour. From then on only what is here of it counts, until that is swept; who goes on with
 *         it asks for room again, and what it takes already does not speak against it.
 * Aside   what was released (docs/design.md §8) leaves its room at once, as far as it is no more than the quota itself:
 *         so emptying the bin helps, and releasing and adding in turns never takes more than twice the quota.
 * Units   bytes; a quota of 0 is none
 */
import type { Clock } from '#lib/base/time.ts'
import type { BegunUpload } from '#relay/blobs/incoming-folder.ts'
import { outstanding, takenBy, type Disk, type Pledge } from './disk.ts'

export interface Room {
  /** Whether that many bytes more may be stored at once. */
  has(bytes: number): Promise<boolean>
  /** Runs with room for so many bytes; null, and nothing was done, where there is none. */
  during<T>(bytes: number, run: () => Promise<T>): Promise<T | null>
  /** Whether there is room for an upload of which so much is here; somebody sends of it until `pause` or `end`. */
  begin(
    upload: string,
    size: { readonly bytes: number; readonly written: number },
  ): Promise<boolean>
  /** Nobody sends of that upload for the moment. */
  pause(upload: string, written: number): void
  /** It is stored, or gone. */
  end(upload: string): void
  /** What is on its way is found again when the group is loaded next. */
  close(): void
}

/** What a group stores, in bytes. */
export interface RoomTaken {
  used(): Promise<number>
  aside(): Promise<number>
}

export interface RoomParts {
  readonly quotaBytes: number
  readonly disk: Disk
  readonly taken: RoomTaken
  /** Uploads that were begun before. */
  readonly begun: readonly BegunUpload[]
  readonly clock: Clock
}

type Name = string | symbol

/** The room of one group. */
export function createRoom(parts: RoomParts): Room {
  const { disk, clock } = parts
  const coming = new Map<Name, Pledge>()
  const drop = (name: Name) => {
    const pledge = coming.get(name)
    coming.delete(name)
    if (pledge !== undefined) disk.release(pledge)
  }
  const note = (name: Name, pledge: Pledge) => {
    drop(name)
    coming.set(name, pledge)
    disk.promise(pledge)
  }
  const promise = async (name: Name, pledge: Pledge): Promise<boolean> => {
    const isThere = (await lookUp(parts, coming))(pledge, coming.get(name))
    if (isThere) note(name, pledge)
    return isThere
  }
  for (const { name, ...pledge } of parts.begun) note(name, pledge)
  return {
    has: async (bytes) => (await lookUp(parts, coming))({ bytes, written: 0 }),
    during: async (bytes, run) => {
      const name = Symbol('a file')
      if (!(await promise(name, { bytes, written: 0, heardMs: Infinity }))) return null
      try {
        return await run()
      } finally {
        drop(name)
      }
    },
    begin: (upload, size) => promise(upload, { ...size, heardMs: Infinity }),
    pause: (upload, written) => {
      const pledge = coming.get(upload)
      if (pledge === undefined) return
      pledge.written = written
      if (pledge.heardMs === Infinity) pledge.heardMs = clock()
    },
    end: drop,
    close: () => {
      for (const name of [...coming.keys()]) drop(name)
    },
  }
}

/** Tells whether there is room for something, what it takes already left out. */
type HasRoom = (wanted: Pick<Pledge, 'bytes' | 'written'>, already?: Pledge) => boolean

/** Looks at what is stored and free. To be asked at once: later, others may have been promised the same room. */
async function lookUp(
  { quotaBytes, disk, taken, clock }: RoomParts,
  coming: ReadonlyMap<Name, Pledge>,
): Promise<HasRoom> {
  const left = await disk.lookUp()
  const aside = quotaBytes === 0 ? 0 : await taken.aside()
  const used = quotaBytes === 0 ? 0 : await taken.used()
  return ({ bytes, written }, already) => {
    const own = already === undefined ? 0 : outstanding(already, clock())
    if (left() + own < bytes - written) return false
    let sum = used + Math.max(0, aside - quotaBytes) + bytes
    for (const other of coming.values()) if (other !== already) sum += takenBy(other, clock())
    return quotaBytes === 0 || sum <= quotaBytes
  }
}

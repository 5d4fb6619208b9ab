/**
 * Long uploads that began and have not ended: what the relay calls each, so that it goes on where it stopped, also
 * after a restart of the app.
 *
 * Shape   the note `begun-uploads`: a map of `<relay>/<blob>` to the upload's name there, 32 hexadecimal digits
 * Errors  a note that cannot be written or read costs a second start from the first byte, nothing else
 * Source  docs/design.md §8
 */
import type { BlobId, RelayId } from '#lib/base/ids.ts'
import type { NoteStore } from '#lib/ports/note-store.ts'

/** The uploads to one relay. */
export interface BegunUploads {
  /** The upload's name at the relay; null where none has begun. */
  nameOf(blob: BlobId): Promise<string | null>
  began(blob: BlobId, name: string): Promise<void>
  ended(blob: BlobId): Promise<void>
}

/** Those that nobody goes on with are forgotten some time: no more than a few are sent at once. */
const most = 64

/** What is noted of one relay. */
export function createBegunUploads(notes: NoteStore, relay: RelayId): BegunUploads {
  const keyOf = (blob: BlobId): string => `${relay}/${blob}`
  const change = (by: (begun: Map<string, string>) => void): Promise<void> =>
    notes
      .change('begun-uploads', (old) => {
        const begun = asBegun(old)
        by(begun)
        return new Map([...begun].slice(-most))
      })
      .catch(() => undefined)
  return {
    async nameOf(blob) {
      return asBegun(await notes.read('begun-uploads').catch(() => null)).get(keyOf(blob)) ?? null
    },
    began: (blob, name) => change((begun) => begun.set(keyOf(blob), name)),
    ended: (blob) => change((begun) => begun.delete(keyOf(blob))),
  }
}

/** Whether a relay can have named an upload so. */
export function isUploadName(name: unknown): name is string {
  return typeof name === 'string' && /^[0-9a-f]{32}$/.test(name)
}

function asBegun(stored: unknown): Map<string, string> {
  const found = new Map<string, string>()
  if (!(stored instanceof Map)) return found
  for (const [key, name] of stored as Map<unknown, unknown>)
    if (typeof key === 'string' && isUploadName(name)) found.set(key, name)
  return found
}

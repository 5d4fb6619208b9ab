/**
 * Ciphertext of a group by blob id (ports/blob-store.ts): rows in the database, contents in files, or where they are
 * small in rows as well. In Chromium a new file of 30 kB costs 3.6 ms of processor time and a row among ten 0.6; to
 * read one 1.6 ms, and 0.3.
 */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { createSha256 } from '#lib/base/sha256.ts'
import { inBatches } from '#lib/base/in-batches.ts'
import { dayMs, type Clock } from '#lib/base/time.ts'
import type {
  BlobStore,
  ComingFile,
  Received,
  StagedBlob,
  StagedFile,
} from '#lib/ports/blob-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { KeptFiles } from './kept-files.ts'
import type { GroupSchema, StoredBlob } from './schema.ts'
import { ownBytes } from './own-bytes.ts'
import type { Database, Reading, Writing } from './tables.ts'

/** Thumbnails. Chromium puts a value of more than 64 KiB into a file of its own, which costs more than one of ours. */
const smallBytes = 60_000
/** Opening a smaller one is not noted: a grid opens thumbnails by the hundred. */
const notedFromBytes = 64 << 10

export interface BlobStoreParts {
  readonly database: Database<GroupSchema>
  readonly files: KeptFiles
  readonly clock: Clock
  readonly giveUp: BlobStore['giveUp']
}

/**
 * Keeps staged blobs within a transaction over `blobs`, `small` and `loose`; gives the files of those that are here in
 * another (the first file counts), and of those that are not staged any more.
 */
export async function keepStaged(
  { tx, files, usedMs }: { tx: Writing<GroupSchema>; files: KeptFiles; usedMs: number },
  all: readonly StagedBlob[],
): Promise<{ readonly unwanted: string[]; readonly lost: string[] }> {
  const known = await Promise.all(all.map(({ id }) => tx.get('blobs', id)))
  const kept = new Map<BlobId, string | null>()
  const unwanted: string[] = []
  const lost: string[] = []
  for (const [n, one] of all.entries()) {
    const { id, size } = one
    const isHere = known[n] !== undefined || kept.has(id)
    if ('bytes' in one) {
      if (isHere) continue
      tx.put('blobs', id, { size, usedMs })
      tx.put('small', id, ownBytes(one.bytes))
      kept.set(id, null)
    } else if (!isHere) {
      if (!(await files.adopt(tx, one.file))) {
        lost.push(one.file)
        continue
      }
      tx.put('blobs', id, { size, file: one.file, usedMs })
      kept.set(id, one.file)
    } else if ((known[n]?.file ?? kept.get(id)) !== one.file) unwanted.push(one.file)
  }
  return { unwanted, lost }
}

export function createBlobStore(parts: BlobStoreParts): BlobStore {
  const { database, files, clock } = parts
  const { find, findWithBytes, name, forget, noteUse } = rowsOf(parts)

  const write = async (...[named, ciphertext]: Parameters<BlobStore['stage']>) => {
    const size = 'size' in ciphertext ? ciphertext.size : ciphertext.length
    const file = await files.write('blobs', ciphertext)
    const id = typeof named === 'string' ? named : named()
    if (id === null) await files.discard([file])
    return id && { id, size, file }
  }

  const stage: BlobStore['stage'] = async (named, ciphertext) => {
    const bytes = ciphertext instanceof Uint8Array ? ciphertext : null
    return typeof named === 'string' && bytes !== null && bytes.length <= smallBytes
      ? { id: named, size: bytes.length, bytes }
      : write(named, ciphertext)
  }

  const open: BlobStore['open'] = async (id) => {
    const { stored, bytes } = await findWithBytes(id)
    if (stored === undefined) return null
    const { file, size } = stored
    const held = file === undefined ? bytes : await files.read(file)
    if (held !== null && sizeOf(held) === size) {
      const isNews = clock() - (stored.usedMs ?? 0) > dayMs
      // A note that gets lost costs a fetch at most.
      if (isNews && size >= notedFromBytes) noteUse(id, clock()).catch(() => undefined)
      return held
    }
    // The browser lost or cut it: as good as not here, so that it is fetched again.
    await forget(id, stored)
    return null
  }

  return {
    stage,
    open,
    stageFile: async (id, ciphertext) => {
      const file = await files.write('blobs', ciphertext)
      return { id, size: ciphertext.length, file }
    },
    discard: async (staged) => {
      const written = staged.filter((one) => 'file' in one)
      if (written.length === 0) return
      await files.discard(await database.read(['loose'], (tx) => stillLoose(tx, written)))
    },
    put: async (named, ciphertext) => {
      if (typeof named === 'string' && (await find(named)) !== undefined) return
      const staged = await stage(named, ciphertext)
      if (staged === null) return
      let isKept = false
      try {
        isKept = await name(staged)
      } catch (cause) {
        // The answer alone may have been lost.
        isKept = 'file' in staged && (await find(staged.id))?.file === staged.file
        throw cause
      } finally {
        if (!isKept && 'file' in staged) await files.discard([staged.file])
      }
    },
    receive: async (id, coming) => {
      if ((await find(id)) !== undefined) return 'whole'
      const file = await files.begun(comingName(id))
      const { size } = coming
      const received = await takeIn(files, { id, file, coming })
      if (received === 'further' || received === 'nothing') return received
      if (received === 'whole') await name({ id, size, file })
      // It is another's; or another tab was first.
      if ((await find(id))?.file !== file) await files.discard([file])
      return received
    },
    begun: async (id) => (await files.read(await files.begun(comingName(id))))?.size ?? 0,
    get: async (id) => {
      const held = await open(id)
      return held instanceof Uint8Array ? new Blob([held]) : held
    },
    has: async (id) => (await find(id)) !== undefined,
    missing: (ids) =>
      database.read(['blobs'], async (tx) => {
        const stored = await Promise.all(ids.map((id) => tx.get('blobs', id)))
        return ids.filter((_, n) => stored[n] === undefined)
      }),
    remove: async (id) => {
      const stored = await find(id)
      if (stored !== undefined) await forget(id, stored)
    },
    list: () =>
      database.read(['blobs'], async (tx) => {
        const rows = await tx.range('blobs')
        return new Map(rows.map(({ key, value: { size, usedMs = 0 } }) => [key, { size, usedMs }]))
      }),
    giveUp: parts.giveUp,
  }
}

/** Those that no commit has kept after all. */
async function stillLoose(
  tx: Reading<GroupSchema>,
  staged: readonly StagedFile[],
): Promise<string[]> {
  const noted = await Promise.all(staged.map(({ file }) => tx.get('loose', file)))
  return staged.flatMap(({ file }, n) => (noted[n] === undefined ? [] : [file]))
}

const sizeOf = (held: Blob | Bytes): number => (held instanceof Blob ? held.size : held.length)

const comingName = (id: BlobId): string => `blobs/coming/${id}`

/** Writes on in a file, and tells what it is then. */
async function takeIn(
  files: KeptFiles,
  { id, file, coming }: { readonly id: BlobId; readonly file: string; readonly coming: ComingFile },
): Promise<Received> {
  let hash = createSha256()
  let [from, came] = [0, 0]
  const pieces = async function* (here: AsyncIterable<Bytes>, length: number) {
    hash = createSha256()
    from = length
    for await (const piece of here) hash.update(piece)
    for await (const piece of coming.pieces(from)) {
      hash.update(piece)
      came += piece.length
      yield piece
    }
  }
  try {
    await files.append(file, { size: coming.size, pieces })
  } catch (cause) {
    const isFull = cause instanceof StorageProblem && cause.kind === 'full'
    // It would take the room that others need.
    if (isFull) await files.discard([file])
    if (cause instanceof StorageProblem && cause.kind !== 'unavailable') throw cause
    return came > 0 ? 'further' : 'nothing'
  }
  if (toHex(hash.digest()) === id) return 'whole'
  return from > 0 ? 'mixed' : 'other'
}

function rowsOf({ database, files, clock }: Omit<BlobStoreParts, 'giveUp'>) {
  const nameOne = inBatches((all: readonly StagedBlob[]) =>
    database.write('strict', ['blobs', 'small', 'loose'], async (tx) => {
      const { unwanted, lost } = await keepStaged({ tx, files, usedMs: clock() }, all)
      return all.map((one) => {
        if (!('file' in one)) return 'kept'
        return lost.includes(one.file) ? 'lost' : unwanted.includes(one.file) ? 'unwanted' : 'kept'
      })
    }),
  )
  return {
    find: (id: BlobId) => database.read(['blobs'], (tx) => tx.get('blobs', id)),

    /** With the bytes of a small one. */
    findWithBytes: (id: BlobId) =>
      database.read(['blobs', 'small'], async (tx) => {
        const stored = await tx.get('blobs', id)
        const isSmall = stored !== undefined && stored.file === undefined
        return { stored, bytes: isSmall ? ((await tx.get('small', id)) ?? null) : null }
      }),

    /** False where another tab was first. */
    name: async (staged: StagedBlob) => {
      const outcome = await nameOne(staged)
      if (outcome === 'lost') throw new StorageProblem('unstaged')
      return outcome === 'kept'
    },

    noteUse: (id: BlobId, usedMs: number) =>
      database.write('relaxed', ['blobs'], async (tx) => {
        const stored = await tx.get('blobs', id)
        if (stored !== undefined) tx.put('blobs', id, { ...stored, usedMs })
      }),

    /** Forgets a blob, unless it has meanwhile been kept anew in another file. */
    forget: async (id: BlobId, { file }: StoredBlob) => {
      const isMine = await database.write('strict', ['blobs', 'small', 'loose'], async (tx) => {
        const now = await tx.get('blobs', id)
        if (now === undefined || now.file !== file) return false
        tx.remove('blobs', id)
        if (file === undefined) tx.remove('small', id)
        else files.loosen(tx, file)
        return true
      })
      if (isMine && file !== undefined) await files.discard([file])
    },
  }
}

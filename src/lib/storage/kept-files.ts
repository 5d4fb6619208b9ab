/**
 * Files of a group that count only when a row names them (schema.ts).
 *
 * Every file gets a name of its own, so two tabs that keep the same blob never meet in one file. What a
 * killed browser leaves behind is listed in `loose` and tidied up a day later, before this tab's first
 * write. (That list is relaxed: only a power failure in the middle of a write can leave a file unlisted.) Names are
 * listed ahead, many at once, because an import wants several for each photo.
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { toHex } from '#lib/base/bytes.ts'
import type { Random } from '#lib/base/ids.ts'
import { dayMs, hourMs, type Clock } from '#lib/base/time.ts'
import type { PiecewiseFile } from '#lib/ports/blob-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { GroupSchema } from './schema.ts'
import type { Database, FilePath, FileTree, RestOfFile, Writing } from './tables.ts'

type Tx = Writing<GroupSchema>

export interface KeptFiles {
  /** Writes a file under a new name; loose until a transaction adopts it. */
  write(folder: 'blobs' | 'intake', contents: Bytes | Blob | PiecewiseFile): Promise<string>
  /** A loose file whose name begins so, to write on in; a new name where there is none. */
  begun(beginning: string): Promise<string>
  /** Writes on in a loose file, which stays where the rest fails. */
  append(file: string, rest: RestOfFile): Promise<void>
  read(file: string): Promise<Blob | null>
  /** All of it; null where it is longer than that, or not there. */
  readWhole(file: string, mostBytes: number): Promise<Bytes | null>
  /**
   * In the transaction that names the file. The table `loose` must be in it. False where the file is not loose any more,
   * or so old that another tab may be removing it now: then it must not be named.
   */
  adopt(tx: Tx, file: string): Promise<boolean>
  /** In the transaction that no longer names it; `discard` it afterwards. */
  loosen(tx: Tx, file: string): void
  /** Removes loose files; what cannot be removed now is tidied up later. */
  discard(files: readonly string[]): Promise<void>
}

export interface KeptFilesParts {
  readonly database: Database<GroupSchema>
  readonly files: FileTree
  readonly folder: FilePath
  readonly clock: Clock
  readonly random: Random
}

export function createKeptFiles(parts: KeptFilesParts): KeptFiles {
  const { database, files, clock, random } = parts
  const pathOf = (file: string): FilePath => [...parts.folder, ...file.split('/')]
  let tidied: Promise<void> | null = null
  const names = { blobs: namesIn('blobs', parts), intake: namesIn('intake', parts) }
  const forget = (names: readonly string[]): Promise<void> =>
    database.write('relaxed', ['loose'], (tx) => {
      for (const name of names) tx.remove('loose', name)
    })

  async function discard(loose: readonly string[]): Promise<void> {
    if (loose.length === 0) return
    const gone: string[] = []
    const remove = async (file: string): Promise<void> => {
      try {
        await files.remove(pathOf(file))
        gone.push(file)
      } catch (error) {
        // Another tab reads it, or the connection went: its name stays in `loose`.
        if (!(error instanceof StorageProblem)) throw error
      }
    }
    for (let at = 0; at < loose.length; at += removedAtOnce)
      await Promise.all(loose.slice(at, at + removedAtOnce).map(remove))
    await forget(gone).catch((error: unknown) => {
      if (!(error instanceof StorageProblem)) throw error
    })
  }

  async function tidy(): Promise<void> {
    // Before it is read: what is adopted later than that is old by then as well.
    const nowMs = clock()
    const loose = await database.read(['loose'], (tx) => tx.range('loose'))
    const old = loose.filter((row) => isOld(row.value, nowMs))
    await discard(old.map((row) => row.key))
  }

  return {
    write: async (folder, contents) => {
      await (tidied ??= tidy())
      const file = await names[folder]()
      try {
        await files.write(pathOf(file), contents)
      } catch (error) {
        await discard([file])
        throw error
      }
      return file
    },
    begun: async (beginning) => {
      await (tidied ??= tidy())
      const loose = await database.read(['loose'], (tx) => tx.range('loose'))
      const found = loose.find(({ key }) => key.startsWith(beginning))
      return found?.key ?? `${beginning}-${toHex(random(16))}`
    },
    append: async (file, rest) => {
      // Its name is all that leads back to it.
      await database.write('strict', ['loose'], (tx) => tx.put('loose', file, clock()))
      await files.append(pathOf(file), rest)
    },
    read: (file) => files.read(pathOf(file)),
    readWhole: (file, mostBytes) => files.readWhole(pathOf(file), mostBytes),
    adopt: async (tx, file) => {
      const atMs = await tx.get('loose', file)
      if (atMs === undefined || isOld(atMs, clock())) return false
      tx.remove('loose', file)
      return true
    },
    loosen: (tx, file) => tx.put('loose', file, clock()),
    discard,
  }
}

function isOld(atMs: number, nowMs: number): boolean {
  return nowMs - atMs > dayMs
}

/** Each waits for the browser's own process. */
const removedAtOnce = 16
const namesAhead = 16
/** Long before anybody tidies them up. */
const goodForMs = hourMs

/** New names in a folder, every one of them listed as loose. */
function namesIn(
  folder: string,
  { database, clock, random }: Pick<KeptFilesParts, 'database' | 'clock' | 'random'>,
): () => Promise<string> {
  let drawn: { names: string[]; atMs: number } = { names: [], atMs: 0 }
  let drawing: Promise<void> | null = null

  const draw = async (): Promise<void> => {
    const names = Array.from({ length: namesAhead }, () => toHex(random(16))).map(
      // A folder for each first byte: browsers are slow with very many files in one.
      (name) => `${folder}/${name.slice(0, 2)}/${name}`,
    )
    const atMs = clock()
    await database.write('relaxed', ['loose'], (tx) => {
      for (const name of names) tx.put('loose', name, atMs)
    })
    drawn = { names, atMs }
  }

  return async () => {
    for (;;) {
      const name = clock() - drawn.atMs < goodForMs ? drawn.names.shift() : undefined
      if (name !== undefined) return name
      await (drawing ??= draw().finally(() => (drawing = null)))
    }
  }
}

/**
 * A disk that asks for room where a write finds none, and tries that write once more.
 *
 * Writes that fail have changed nothing (tables.ts), so trying again is harmless. Whoever makes room writes to the
 * `bare` disk: a write that waits for room would wait for itself.
 *
 * Errors  as the disk's own; `full` only after the second try
 */
import type { FullDisk } from '#lib/ports/full-disk.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { Database, Disk, SchemaOf, TableOf } from './tables.ts'

export interface RoomyDisk extends Disk {
  readonly bare: Disk
  /** Until somebody says what to do, a full disk is full. */
  whenFull(handling: FullDisk): void
}

export function createRoomyDisk(bare: Disk): RoomyDisk {
  let handling: FullDisk | null = null
  /** The size of the write that found no room. */
  let missedBytes: number | null = null

  const done = <T>(value: T, bytes: number): T => {
    if (missedBytes === null || bytes < missedBytes) return value
    missedBytes = null
    handling?.onFull(false)
    return value
  }

  const withRoom = async <T>(bytes: number, write: () => Promise<T>): Promise<T> => {
    try {
      return done(await write(), bytes)
    } catch (cause) {
      if (!isFull(cause)) throw cause
    }
    try {
      if ((await handling?.makeRoom(bytes)) !== true) throw new StorageProblem('full')
      return done(await write(), bytes)
    } catch (cause) {
      if (isFull(cause)) {
        missedBytes = bytes
        handling?.onFull(true)
      }
      throw cause
    }
  }

  const database = <S extends SchemaOf<S>>(
    name: string,
    tables: readonly TableOf<S>[],
  ): Database<S> => {
    const inner = bare.database<S>(name, tables)
    return {
      ...inner,
      write: (durability, names, work) => withRoom(0, () => inner.write(durability, names, work)),
    }
  }

  return {
    bare,
    database,
    removeDatabase: bare.removeDatabase,
    exclusively: bare.exclusively,
    files: {
      ...bare.files,
      write: (path, contents) => {
        const bytes = 'size' in contents ? contents.size : contents.length
        return withRoom(bytes, () => bare.files.write(path, contents))
      },
      append: (path, rest) => withRoom(rest.size, () => bare.files.append(path, rest)),
    },
    whenFull(next) {
      handling = next
    },
  }
}

function isFull(cause: unknown): boolean {
  return cause instanceof StorageProblem && cause.kind === 'full'
}

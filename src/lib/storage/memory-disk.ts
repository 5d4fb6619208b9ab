/**
 * A device's disk in memory, for tests and simulations: several tabs on one disk, power failures, full disks.
 *
 *   const disk = createMemoryDisk()
 *   const device = createDeviceStore(disk.mount())     // one per tab
 *   disk.crash()                                       // what was mounted is dead; mount() again
 *
 * A crash keeps what was written strictly and every file that was reported written.
 */
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { connectMemory, createMemoryTables, type MemoryTables } from './memory-database.ts'
import type { Disk, FilePath, FileTree } from './tables.ts'

/** A step that is about to happen. */
export interface DiskStep {
  readonly step: 'read' | 'write' | 'commit' | 'file-read' | 'file-write' | 'file-remove'
  /** The database's name or the file's path. */
  readonly place: string
  /** Bytes that are written at once to a file. */
  readonly size?: number
}

export interface MemoryDisk {
  mount(): Disk
  /** The power fails: what was mounted is dead, relaxed writes since the last strict one are gone. */
  crash(): void
  /** The browser is killed: what was mounted is dead, every finished write stays. */
  kill(): void
  /** A copy of the whole disk; `restore` kills what is mounted and puts the copy in its place. */
  backUp(): Promise<{ restore: () => void }>
  /** The paths of all files, in order. */
  paths(): string[]
  /** Damages a row underneath the stores, or removes it; for tests of what they do then. */
  tamper(database: string, table: string, change: (value: unknown) => unknown): void
}

/** `before` may throw (a StorageProblem) to make the step fail, or wait, or crash the disk. */
export function createMemoryDisk(
  before: (step: DiskStep) => void | Promise<void> = () => undefined,
): MemoryDisk {
  const databases = new Map<string, MemoryTables>()
  const contents = new Map<string, Blob>()
  const openFiles = new Set<string>()
  let locks = new Map<string, Promise<unknown>>()
  let life = 0

  const tablesOf = (name: string): MemoryTables => {
    const tables = databases.get(name) ?? createMemoryTables()
    databases.set(name, tables)
    return tables
  }

  const end = (cause: 'killed' | 'power-lost'): void => {
    life++
    locks = new Map()
    openFiles.clear()
    for (const tables of databases.values()) tables.end(cause)
  }

  return {
    mount: () => {
      const mounted = life
      const alive = () => mounted === life
      return {
        database: (name) =>
          connectMemory(tablesOf(name), alive, (step) => before({ step, place: name })),
        removeDatabase: (name) => {
          databases.get(name)?.remove()
          databases.delete(name)
          return Promise.resolve()
        },
        files: createMemoryFiles({ contents, openFiles, alive, before }),
        exclusively: (name, work) => {
          const turn = (locks.get(name) ?? Promise.resolve()).then(work)
          locks.set(
            name,
            turn.catch(() => undefined),
          )
          return turn
        },
      }
    },
    crash: () => end('power-lost'),
    kill: () => end('killed'),
    backUp: async () => {
      const copies = await Promise.all([...databases.values()].map((tables) => tables.copy()))
      const files = new Map(contents)
      return {
        restore: () => {
          end('killed')
          for (const { back } of copies) back()
          contents.clear()
          for (const [path, file] of files) contents.set(path, file)
        },
      }
    },
    paths: () => [...contents.keys()].sort(),
    tamper: (database, name, change) => {
      const table = tablesOf(database).table(name)
      for (const { key, value } of [...table.range({})]) {
        const changed = change(value)
        if (changed === undefined) table.remove(key)
        else table.put(key, changed)
      }
    },
  }
}

interface MemoryFilesParts {
  readonly contents: Map<string, Blob>
  /** Paths that somebody writes on in. */
  readonly openFiles: Set<string>
  readonly alive: () => boolean
  readonly before: (step: DiskStep) => void | Promise<void>
}

function createMemoryFiles(parts: MemoryFilesParts): FileTree {
  const { contents, openFiles, alive, before } = parts
  const check = () => {
    if (!alive()) throw new StorageProblem('unavailable')
  }
  const step = async (kind: DiskStep['step'], path: FilePath, size?: number): Promise<string> => {
    const place = path.join('/')
    check()
    await before({ step: kind, place, ...(size === undefined ? {} : { size }) })
    check()
    return place
  }
  return {
    write: async (path, file) => {
      const parts = 'pieces' in file ? await Array.fromAsync(file.pieces()) : [file]
      const copy = new Blob([await new Blob(parts).arrayBuffer()])
      contents.set(await step('file-write', path, copy.size), copy)
    },
    append: async (path, { size, pieces }) => {
      const place = await step('file-write', path)
      if (openFiles.has(place)) throw new StorageProblem('unavailable')
      openFiles.add(place)
      const before = contents.get(place)
      let file = before === undefined || before.size > size ? new Blob([]) : before
      try {
        for await (const piece of pieces(file.stream(), file.size)) {
          check()
          file = new Blob([file, piece])
          contents.set(place, file)
        }
      } finally {
        openFiles.delete(place)
      }
    },
    read: async (path) => contents.get(await step('file-read', path)) ?? null,
    readWhole: async (path, mostBytes) => {
      const file = contents.get(await step('file-read', path))
      const isShort = file !== undefined && file.size <= mostBytes
      return isShort ? new Uint8Array(await file.arrayBuffer()) : null
    },
    remove: async (path) => {
      const place = await step('file-remove', path)
      for (const name of [...contents.keys()])
        if (name === place || name.startsWith(`${place}/`)) contents.delete(name)
    },
  }
}

/**
 * How much memory of its own a process and those that it started have at most, by what they are; on Linux only.
 *
 * Files that the kernel keeps in memory do not count; what processes share to hand bytes to one another does.
 */
import { readdirSync, readFileSync } from 'node:fs'

export interface MemoryWatch {
  /** The most of each kind over what there was at the start, in MiB; with nobody asked for it, the process is `main`. */
  stop(): Readonly<Record<string, number>>
}

const everyMs = 100

/** Watches a tree of processes. */
export function watchMemory(root: number): MemoryWatch {
  const before = memoryByKind(root)
  const most = new Map<string, number>()
  const timer = setInterval(() => {
    for (const [kind, kibibytes] of memoryByKind(root))
      most.set(kind, Math.max(kibibytes, most.get(kind) ?? 0))
  }, everyMs)
  return {
    stop() {
      clearInterval(timer)
      const grown = [...most].map(([kind, kibibytes]) => [
        kind,
        Math.round((kibibytes - (before.get(kind) ?? 0)) / 1024),
      ])
      return Object.fromEntries(grown) as Record<string, number>
    },
  }
}

/** The process whose arguments name this folder and that no other such one started. */
export function processOf(folder: string): number {
  const named = runningProcesses().filter(({ pid }) => argumentsOf(pid).includes(folder))
  const first = named.find(({ parent }) => !named.some(({ pid }) => pid === parent))
  if (first === undefined) throw new Error(`no process has the folder ${folder}`)
  return first.pid
}

function memoryByKind(root: number): Map<string, number> {
  const kinds = new Map<string, number>()
  const all = runningProcesses()
  const add = (pid: number): void => {
    const kind = /--type=([\w-]+)/.exec(argumentsOf(pid))?.[1] ?? 'main'
    kinds.set(kind, (kinds.get(kind) ?? 0) + ownKibibytes(pid))
    for (const child of all) if (child.parent === pid) add(child.pid)
  }
  add(root)
  return kinds
}

function runningProcesses(): { pid: number; parent: number }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .map((pid) => ({ pid, parent: Number(/PPid:\s+(\d+)/.exec(statusOf(pid))?.[1] ?? 0) }))
}

function ownKibibytes(pid: number): number {
  const status = statusOf(pid)
  const fieldOf = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
  return fieldOf('RssAnon') + fieldOf('RssShmem')
}

/** Empty for one that has just ended. */
const statusOf = (pid: number) => textOf(`/proc/${pid}/status`)
const argumentsOf = (pid: number) => textOf(`/proc/${pid}/cmdline`)

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

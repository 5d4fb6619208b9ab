/**
 * How much memory of its own a process and those that it started have at most, by what they are; on Linux only.
 *
 * Files that the kernel keeps in memory do not count; what processes share to hand bytes to one another does.
 */
import { readdirSync, readFileSync } from 'node:fs'

/** In MiB, over what there was at the start. */
export interface MemoryUse {
  readonly own: number
  /** Handed from process to process; of a page most of it are decoded pictures, Chromium's to give up. */
  readonly shared: number
  readonly both: number
}

/** By what a process is; with nobody asked for it, it is `main`. */
export type MemoryUses = Readonly<Record<string, MemoryUse>>

export interface MemoryWatch {
  now(): MemoryUses
  /** The most of each. */
  stop(): MemoryUses
}

const everyMs = 100

/** Watches a tree of processes. */
export function watchMemory(root: number): MemoryWatch {
  const before = memoryByKind(root)
  const most = new Map<string, Kibibytes>()
  const timer = setInterval(() => {
    for (const [kind, now] of memoryByKind(root))
      most.set(kind, combine(now, most.get(kind) ?? nothing, Math.max))
  }, everyMs)
  const over = (found: ReadonlyMap<string, Kibibytes>): MemoryUses =>
    Object.fromEntries(
      [...found].map(([kind, kibibytes]) => [
        kind,
        combine(kibibytes, before.get(kind) ?? nothing, (now, then) =>
          Math.round((now - then) / 1024),
        ),
      ]),
    )
  return {
    now: () => over(memoryByKind(root)),
    stop() {
      clearInterval(timer)
      return over(most)
    },
  }
}

/** A `MemoryUse` as the kernel counts. */
type Kibibytes = MemoryUse

const nothing: Kibibytes = { own: 0, shared: 0, both: 0 }

function combine(a: MemoryUse, b: MemoryUse, by: (a: number, b: number) => number): MemoryUse {
  return { own: by(a.own, b.own), shared: by(a.shared, b.shared), both: by(a.both, b.both) }
}

/** The process whose arguments name this folder and that no other such one started. */
export function processOf(folder: string): number {
  const named = runningProcesses().filter(({ pid }) => argumentsOf(pid).includes(folder))
  const first = named.find(({ parent }) => !named.some(({ pid }) => pid === parent))
  if (first === undefined) throw new Error(`no process has the folder ${folder}`)
  return first.pid
}

function memoryByKind(root: number): Map<string, Kibibytes> {
  const kinds = new Map<string, Kibibytes>()
  const all = runningProcesses()
  const add = (pid: number): void => {
    const kind = /--type=([\w-]+)/.exec(argumentsOf(pid))?.[1] ?? 'main'
    kinds.set(
      kind,
      combine(kinds.get(kind) ?? nothing, memoryOf(pid), (sum, more) => sum + more),
    )
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

function memoryOf(pid: number): Kibibytes {
  const status = statusOf(pid)
  const fieldOf = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
  const [own, shared] = [fieldOf('RssAnon'), fieldOf('RssShmem')]
  return { own, shared, both: own + shared }
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

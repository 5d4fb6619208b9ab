/**
 * Who hears of what happens in the engine; what becomes of files in a zip is told by its import as a whole.
 *
 * An overview costs a look through all that waits, so while a lot happens screens are told to take one at once and
 * then a few times a second, the last time after the last thing that happened.
 */
import type { GroupId } from '#lib/base/ids.ts'
import type { EngineEvent } from './api.ts'
import type { EngineParts } from './engine-parts.ts'
import { createZipImports } from './zip-imports.ts'

type Listener = (event: EngineEvent) => void

/** Nobody listens yet. */
export function createTelling({ overviewEveryMs }: Pick<EngineParts, 'overviewEveryMs'>) {
  const zips = createZipImports()
  const listeners = new Set<Listener>()
  /** Of groups whose index changed before anybody listened; null from then on. */
  let unheard: Map<GroupId, EngineEvent> | null = new Map()
  const tell: Listener = (event) => {
    for (const listener of listeners) listener(event)
  }
  const overview = createSeldom(overviewEveryMs, () => tell({ kind: 'overview' }))
  const emit: Listener = (event) => {
    if (event.kind === 'import' && zips.hear(event.notice)) return
    if (event.kind === 'index') unheard?.set(event.group, event)
    if (event.kind === 'overview') overview.changed()
    else tell(event)
  }
  /** A screen may have read an index before it listens: what changed since then is told again. */
  const subscribe = (listener: Listener): void => {
    listeners.add(listener)
    for (const event of unheard?.values() ?? []) listener(event)
    unheard = null
  }
  return { zips, listeners, emit, subscribe, stop: overview.stop }
}

/** Tells at once, and then no more often than that. */
function createSeldom(everyMs: number, tell: () => void): { changed(): void; stop(): void } {
  let pause: ReturnType<typeof setTimeout> | null = null
  let hasChanged = false
  const changed = (): void => {
    hasChanged = pause !== null
    if (pause !== null) return
    if (everyMs > 0)
      pause = setTimeout(() => {
        pause = null
        if (hasChanged) changed()
      }, everyMs)
    tell()
  }
  return {
    changed,
    stop() {
      if (pause !== null) clearTimeout(pause)
    },
  }
}

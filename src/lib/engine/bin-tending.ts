/**
 * Looks after a group's bin in the background: stands by what is needed and was released, and empties what has been in
 * there for 30 days, once every place has told all it has: what was seen in the bin may have been taken out since. Only
 * the tab that leads does it; several devices may, after a random pause each.
 *
 * Errors  none: what cannot be done now is done after the next change
 */
import { isMember } from '#lib/sync/connections.ts'
import { emptyOld, keepWhatIsNeeded, type BinSession } from './bin-acts.ts'
import type { EngineParts } from './engine-parts.ts'
import type { GroupSession } from './group-session.ts'

export interface BinTending {
  /** Something changed that it may be about, or a place has told all it has. */
  kick(): void
  stop(): void
}

/** At rest until the first `kick`. */
export function createBinTending(
  session: BinSession & Pick<GroupSession, 'connections'>,
  parts: Pick<EngineParts, 'clock' | 'random' | 'dutySpreadMs' | 'tabs'>,
): BinTending {
  let timer: ReturnType<typeof setTimeout> | null = null
  let running: Promise<void> = Promise.resolve()

  const isCurrent = (): boolean => {
    const places = session.connections.places()
    const areLive = places.length > 0 && places.every(({ state }) => state === 'live')
    return areLive && session.replica.waitingChanges() === 0
  }

  const tend = async (): Promise<void> => {
    if (!parts.tabs.leading() || !isMember(session.replica)) return
    await keepWhatIsNeeded(session)
    await emptyOld(session, { nowMs: parts.clock(), isCurrent })
  }

  return {
    kick() {
      timer ??= setTimeout(() => {
        timer = null
        running = running.then(tend).catch(() => undefined)
      }, parts.random() * parts.dutySpreadMs)
    },
    stop() {
      if (timer !== null) clearTimeout(timer)
      timer = null
    },
  }
}

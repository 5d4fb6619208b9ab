/** Imports of zips that are under way: who hears of their files, and who ends them. */
import type { ImportNotice } from './api.ts'
import type { GroupSession } from './group-session.ts'
import type { Arrivals } from './zip-arrivals.ts'

export interface ZipImports {
  /** Takes a notice about a file of one of them; nobody else needs to be told then. */
  hear(notice: ImportNotice): boolean
  begin(arrivals: Arrivals, stop: AbortController): void
  done(arrivals: Arrivals): void
  /** Ends all, and every import of these groups; gives how many shots go on. */
  cancelAll(sessions: readonly Pick<GroupSession, 'imports'>[]): Promise<number>
}

/** None is under way. */
export function createZipImports(): ZipImports {
  const underWay = new Map<Arrivals, AbortController>()
  return {
    hear: (notice) => [...underWay.keys()].some((arrivals) => arrivals.hear(notice)),
    begin(arrivals, stop) {
      underWay.set(arrivals, stop)
    },
    done(arrivals) {
      underWay.delete(arrivals)
    },
    async cancelAll(sessions) {
      for (const stop of underWay.values()) stop.abort()
      const shots = await Promise.all(sessions.map(({ imports }) => imports.cancel()))
      return shots.reduce((sum, some) => sum + some, 0)
    },
  }
}

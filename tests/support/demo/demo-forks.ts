/** New groups out of the demo's groups: one that is offered, one that was made here. */
import { err, ok } from '#lib/base/result.ts'
import type { GroupCard } from '#lib/engine/api.ts'
import type { ForkApi } from '#lib/engine/fork-api.ts'

export interface DemoForksScenario {
  readonly fork?: 'offered' | 'made'
}

/** Everything of the fork API over made-up groups. */
export function createDemoForks(
  groups: () => readonly GroupCard[],
  { fork }: DemoForksScenario,
): ForkApi {
  return {
    forkGroup: ({ group, hostingCode }) =>
      Promise.resolve(hostingCode === null ? err({ kind: 'hosting-refused' }) : ok({ group })),
    joinFork: ({ group }) => Promise.resolve(ok({ group })),
    forks() {
      const [from, group] = groups()
      if (from === undefined || fork === undefined) return Promise.resolve(nothing)
      if (fork === 'offered') {
        const offer = { from: from.id, group: from.id, name: 'Family', by: 'Marta' }
        return Promise.resolve({ ...nothing, offers: [{ ...offer, isMine: false, link: '' }] })
      }
      const made = { from: from.id, group: group?.id ?? from.id, isPreparing: false }
      const underWay = [{ ...made, photos: 248, totalPhotos: 420, bytes: 412e6 }]
      return Promise.resolve({ ...nothing, underWay })
    },
  }
}

const nothing = { offers: [], underWay: [] }

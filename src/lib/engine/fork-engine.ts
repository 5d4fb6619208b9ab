/** The part of the engine that screens ask about forks: fork-api.ts over the open groups. */
import type { GroupId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { groupAgreement, hasAgreed, memberName } from '#lib/groups/group-document.ts'
import { isMember } from '#lib/sync/connections.ts'
import type { JoinProblem, StartGroupProblem } from './api.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import type { ForkApi, ForkUnderWay } from './fork-api.ts'
import { offersIn } from './fork-offers.ts'
import { foundFork } from './forking.ts'
import type { ActInGroup, GroupSession } from './group-session.ts'
import { joinVisited } from './joining.ts'
import type { MemberProblem } from './member-api.ts'
import { mayAdd } from './standing.ts'
import { visitByLink } from './visiting.ts'

export interface ForkEngineParts {
  readonly parts: EngineParts
  readonly groups: EngineGroups
  readonly inGroup: ActInGroup
  readonly started: Promise<void>
  /** Title of an album where there is none to carry over. */
  readonly albumTitle: string
}

/** Every call of fork-api.ts. */
export function createForkEngine(engine: ForkEngineParts): ForkApi {
  const { parts, groups, inGroup, started, albumTitle } = engine
  return {
    forkGroup: (input) =>
      inGroup<{ group: GroupId }, StartGroupProblem | MemberProblem>(input.group, async (from) => {
        const made = groups.continuedIn(from.group)
        if (made !== null) return ok({ group: made })
        if (!mayAdd(from.replica)) return err({ kind: 'not-allowed' })
        await parts.tabs.claim()
        const founded = await foundFork(parts, from, { ...input, albumTitle })
        if (!founded.ok) return founded
        await groups.open(founded.value.group)
        await groups.list(founded.value.group)
        return founded
      }),
    async forks() {
      await started
      const sessions = groups.sessions()
      const isHere = (group: GroupId) => {
        const session = groups.session(group)
        return session !== null && isMember(session.replica)
      }
      const joined = sessions.filter(({ replica }) => isMember(replica))
      const offers = await Promise.all(joined.map((session) => offersIn(session, isHere)))
      const underWay = await Promise.all(sessions.map((session) => underWayIn(groups, session)))
      return { offers: offers.flat(), underWay: underWay.flat() }
    },
    joinFork: ({ from, group }) => inGroup(from, (session) => joinFork(engine, session, group)),
  }
}

async function joinFork(
  { parts, groups }: ForkEngineParts,
  from: GroupSession,
  group: GroupId,
): Promise<Result<{ group: GroupId }, JoinProblem>> {
  const offers = await offersIn(from, () => false)
  const offer = offers.find((one) => one.group === group)
  if (offer === undefined) return err({ kind: 'not-valid-any-more' })
  const document = from.replica.groupContent()
  const me = from.replica.me()?.member
  const name = me === undefined ? '' : memberName(document, me)
  if (me === undefined || name === '') return err({ kind: 'empty-name' })
  await parts.tabs.claim()
  const visited = await visitByLink(parts, groups, offer.link)
  const session = groups.session(group)
  if (!visited.ok) return visited
  if (session === null) return err({ kind: 'unknown-group' })
  if (isMember(session.replica)) return ok({ group })
  // Who said yes to the same words in the old group need not say it again.
  const agreement = groupAgreement(session.replica.groupContent())
  const agrees = agreement === groupAgreement(document) && hasAgreed(document, me)
  const joined = await joinVisited(session, {
    ...{ name, sinceMs: parts.clock(), deviceName: parts.deviceName },
    agreement: agrees ? agreement : '',
  })
  if (joined.ok) await groups.list(group)
  else await groups.forget(group)
  return joined
}

/** What this device still copies into a group that it made; nothing where it is through, or where it is closing. */
async function underWayIn(groups: EngineGroups, session: GroupSession): Promise<ForkUnderWay[]> {
  const fork = session.replica.secrets().fork
  if (fork === undefined) return []
  const waiting = await session.store.entries.waiting().catch((cause: unknown) => {
    if (groups.session(session.group) === session) throw cause
    return null
  })
  if (waiting === null || (fork.isDone && waiting.items.size === 0)) return []
  const totalPhotos = groups
    .cards()
    .filter(({ id }) => id === session.group)
    .flatMap(({ albums }) => albums)
    .reduce((sum, { count }) => sum + count, 0)
  return [
    {
      ...{ from: fork.from, group: session.group, isPreparing: !fork.isDone },
      ...{ photos: waiting.items.size, totalPhotos, bytes: waiting.bytes },
    },
  ]
}

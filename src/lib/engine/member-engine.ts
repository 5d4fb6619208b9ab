/** The part of the engine that screens ask about people: member-api.ts over the open groups. */
import type { GroupId, MemberId } from '#lib/base/ids.ts'
import { err, type Result } from '#lib/base/result.ts'
import { memberName } from '#lib/groups/group-document.ts'
import { isMember } from '#lib/sync/connections.ts'
import { unsentOf } from './delivery.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import { owedOf } from './borrowing.ts'
import type { ActInGroup, GroupSession } from './group-session.ts'
import { leave, leavingFactsOf } from './leaving.ts'
import {
  acceptAgreement,
  handOver,
  keepOutsider,
  removeMember,
  revokeInvitation,
  setAgreement,
  setRole,
} from './member-acts.ts'
import type { LeaveProblem, LeavingFacts, MemberApi, MembersOverview } from './member-api.ts'
import { membersOverviewOf } from './members-view.ts'
import { isShutOut, standingOf } from './standing.ts'

export interface MemberEngineParts {
  readonly parts: EngineParts
  readonly groups: EngineGroups
  readonly inGroup: ActInGroup
  readonly started: Promise<void>
}

/** Every call of member-api.ts. */
export function createMemberEngine(engine: MemberEngineParts): MemberApi {
  const { groups, inGroup, parts, started } = engine
  const joined = async (group: GroupId): Promise<GroupSession | null> => {
    await started
    const session = groups.session(group)
    return session !== null && isMember(session.replica) ? session : null
  }
  return {
    async members(group) {
      const session = await joined(group)
      return session === null ? null : overviewOf(session, parts.clock())
    },
    setRole: ({ group, member, role }) => inGroup(group, (of) => setRole(of, member, role)),
    handOver: ({ group, member }) => inGroup(group, (of) => handOver(of, member)),
    removeMember: ({ group, member }) => inGroup(group, (of) => removeMember(of, member)),
    keepOutsider: ({ group, device }) => inGroup(group, (of) => keepOutsider(of, device)),
    revokeInvitation: ({ group, invitation }) =>
      inGroup(group, (of) => revokeInvitation(of, invitation)),
    setAgreement: ({ group, text }) => inGroup(group, (of) => setAgreement(of, text)),
    acceptAgreement: ({ group, text }) => inGroup(group, (of) => acceptAgreement(of, text)),
    async leaving(group) {
      const session = await joined(group)
      return session === null ? null : factsOf(groups, session)
    },
    leaveGroup: (input) => leaveGroup(engine, input),
    async forgetGroup(group) {
      await started
      const session = groups.session(group)
      if (session === null) return
      const isOut =
        standingOf(session.replica) === 'removed' || isShutOut(session.connections.places())
      const isReplaced = groups.continuedIn(group) !== null
      if (isOut || (isReplaced && (await owedOf(groups, session)) === 0)) await groups.forget(group)
    },
  }
}

async function overviewOf(session: GroupSession, nowMs: number): Promise<MembersOverview | null> {
  const { replica } = session
  const me = replica.me()
  if (me === null) return null
  const { entries } = await unsentOf(session)
  return membersOverviewOf({
    ...{ log: replica.log.membership, me, nowMs, nameOf: namesIn(session) },
    document: replica.groupContent(),
    isUnsent: [...entries].some((id) => replica.log.record(id)?.kind === 'op'),
  })
}

function namesIn({ replica }: GroupSession): (member: MemberId) => string {
  const document = replica.groupContent()
  return (member) => memberName(document, member)
}

/** What is still to be copied into a group made out of this one counts like what is still to be sent. */
async function factsOf(groups: EngineGroups, session: GroupSession): Promise<LeavingFacts | null> {
  const facts = await leavingFactsOf(session, namesIn(session))
  const owed = groups.continuedIn(session.group) === null ? null : await owedOf(groups, session)
  return facts && { ...facts, unsentPhotos: owed ?? facts.unsentPhotos }
}

async function leaveGroup(
  { groups, inGroup, parts }: MemberEngineParts,
  input: { readonly group: GroupId; readonly abandonUnsent: boolean },
): Promise<Result<null, LeaveProblem>> {
  await parts.tabs.claim()
  const left = await inGroup<null, LeaveProblem>(input.group, async (session) => {
    const facts = await factsOf(groups, session)
    return facts === null ? err({ kind: 'unknown' }) : leave(session, facts, input.abandonUnsent)
  })
  if (left.ok) await groups.forget(input.group)
  return left
}

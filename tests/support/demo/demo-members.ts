/** The people of the demo's groups, and what can be done to them: enough to look at every screen. */
import { dayMs } from '#lib/base/time.ts'
import { ok } from '#lib/base/result.ts'
import { parseId, type DeviceId, type OpId } from '#lib/base/ids.ts'
import type { GroupCard } from '#lib/engine/api.ts'
import type {
  LeavingFacts,
  MemberApi,
  MemberCard,
  MembersOverview,
} from '#lib/engine/member-api.ts'

export interface DemoMembersScenario {
  readonly unsentPhotos?: number
  readonly isAlone?: boolean
  readonly troubled?: boolean
}

const joinedMs = Date.UTC(2026, 4, 3, 10)
const entryId = (n: number): OpId => {
  const id = parseId('EntryId', n.toString(16).padStart(64, '0'))
  if (id === null) throw new Error('not an id')
  return id
}

/** Everything of the member API over one made-up group. */
export function createDemoMembers(
  group: () => GroupCard,
  scenario: DemoMembersScenario,
): MemberApi {
  const told = () => Promise.resolve(ok({ isTold: true }))
  const done = () => Promise.resolve(ok(null))
  return {
    members: () => Promise.resolve(overviewOf(group(), scenario)),
    setRole: told,
    handOver: told,
    removeMember: told,
    keepOutsider: told,
    revokeInvitation: told,
    setAgreement: done,
    acceptAgreement: done,
    leaving: () => Promise.resolve(leavingOf(group(), scenario)),
    leaveGroup: done,
    forgetGroup: () => Promise.resolve(),
  }
}

function overviewOf(group: GroupCard, scenario: DemoMembersScenario): MembersOverview {
  const mayManage = group.role === 'owner' || group.role === 'admin'
  return {
    members: group.members.map((member, i) => cardOf(group, member, i)),
    outsiders: scenario.troubled
      ? [
          {
            device: entryId(9) as string as DeviceId,
            member: group.members[0]!.id,
            name: 'Pau',
            came: { kind: 'link', by: 'Marta' },
            mayKeep: true,
          },
        ]
      : [],
    crowded: scenario.troubled
      ? [{ id: entryId(7), uses: 1, by: 'Luis', people: group.members.slice(3, 5) }]
      : [],
    invitations: mayManage ? invitations() : [],
    mayInvite: mayManage,
    mayEditAgreement: mayManage,
    isUnsent: scenario.troubled ?? false,
  }
}

function invitations(): MembersOverview['invitations'] {
  const expiresMs = Date.UTC(2026, 10, 28, 18)
  return [
    {
      ...{ id: entryId(1), role: 'contributor', usesLeft: 1, expiresMs, by: 'Ana' },
      ...{ isMine: true, mayRevoke: true },
    },
    {
      ...{ id: entryId(2), role: 'viewer', usesLeft: 17, expiresMs: expiresMs + 20 * dayMs },
      ...{ by: 'Luis', isMine: false, mayRevoke: true },
    },
  ]
}

function cardOf(group: GroupCard, member: GroupCard['members'][number], i: number): MemberCard {
  const isMe = member.id === group.me
  const mayGovern = group.role === 'owner' && !isMe
  const given = (['viewer', 'contributor', 'admin'] as const).filter((role) => role !== member.role)
  return {
    ...{ ...member, isMe, devices: i === 0 ? 2 : 1 },
    came:
      i === 0
        ? { kind: 'founder' }
        : { kind: i === 4 ? 'in-person' : 'link', by: i === 3 ? 'Luis' : 'Ana' },
    joinedMs: i === 3 ? null : joinedMs + i * 11 * dayMs,
    roles: mayGovern ? given : [],
    mayRemove: mayGovern,
    mayHandOver: mayGovern,
    agreed: group.agreement === '' || i < 2,
  }
}

function leavingOf(group: GroupCard, scenario: DemoMembersScenario): LeavingFacts {
  return {
    unsentPhotos: scenario.unsentPhotos ?? 0,
    unsentChanges: (scenario.unsentPhotos ?? 0) > 0,
    isReachable: true,
    devices: 2,
    isAlone: scenario.isAlone ?? false,
    mustHandOver: false,
    successor: group.role === 'owner' && scenario.isAlone !== true ? 'Luis' : null,
  }
}

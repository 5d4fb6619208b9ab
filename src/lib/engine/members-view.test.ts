import { describe, expect, test } from 'vitest'
import { GroupBuilder, type TestDevice } from '#tests/support/group-builder.ts'
import { dayMs } from '#lib/base/time.ts'
import { utf8 } from '#lib/base/bytes.ts'
import { sha256 } from '#lib/base/sha256.ts'
import type { MemberId } from '#lib/base/ids.ts'
import type { MembersOverview } from './member-api.ts'
import { membersOverviewOf } from './members-view.ts'

const nowMs = Date.UTC(2026, 4, 10)

/** Ana's group with an admin, somebody who adds photos and somebody who looks. */
function withPeople() {
  const family = new GroupBuilder('Ana')
  const ana = family.founder
  family.epoch(ana)
  const luis = family.join('Luis', family.invite(ana, { role: 'admin' }))
  const sam = family.join('Sam', family.invite(luis))
  const eve = family.join('Eve', family.invite(ana, { role: 'viewer' }))
  family.epoch(ana)
  return { family, ana, luis, sam, eve, people: [ana, luis, sam, eve] }
}

function seenBy(
  family: GroupBuilder,
  me: TestDevice,
  people: readonly TestDevice[],
  more: { readonly members?: Record<string, unknown>; readonly agreement?: string } = {},
): MembersOverview {
  // The builder says "group/name".
  const names = new Map<MemberId, string>(
    people.map(({ member, name }) => [member, name.slice(name.indexOf('/') + 1)]),
  )
  const overview = membersOverviewOf({
    ...{ log: family.log, me: { device: me.id, member: me.member }, nowMs, isUnsent: false },
    document: { agreement: more.agreement ?? '', members: more.members ?? {} },
    nameOf: (member) => names.get(member) ?? '',
  })
  if (overview === null) throw new Error(`${me.name} is a member`)
  return overview
}

const named = (overview: MembersOverview, name: string) => {
  const card = overview.members.find((member) => member.name === name)
  if (card === undefined) throw new Error(`${name} is shown`)
  return card
}

describe('who is in', () => {
  test('everybody is shown with role, origin and the day they came, me first', () => {
    const { family, sam, people } = withPeople()
    const joined = Date.UTC(2026, 4, 3)
    const overview = seenBy(family, sam, people, { members: { [sam.member]: { joined } } })
    expect(overview.members.map(({ name, role }) => `${name} ${role}`)).toEqual([
      'Sam contributor',
      'Ana owner',
      'Luis admin',
      'Eve viewer',
    ])
    expect(named(overview, 'Ana').came).toEqual({ kind: 'founder' })
    expect(named(overview, 'Sam')).toMatchObject({
      isMe: true,
      devices: 1,
      came: { kind: 'link', by: 'Luis' },
      joinedMs: joined,
    })
    expect(named(overview, 'Eve').joinedMs).toBeNull()
  })

  test('what somebody hostile wrote in place of a day or a yes is as good as nothing', () => {
    const { family, ana, sam, people } = withPeople()
    for (const fields of [null, 7, { joined: 'x', agreed: 'y' }, { joined: NaN }, []]) {
      const overview = seenBy(family, ana, people, {
        members: { [sam.member]: fields },
        agreement: 'Ask first.',
      })
      expect(named(overview, 'Sam')).toMatchObject({ joinedMs: null, agreed: false })
    }
  })

  test('a yes counts for exactly the text that it was said to', () => {
    const { family, ana, sam, people } = withPeople()
    const members = { [sam.member]: { agreed: sha256(utf8('Ask first.')) } }
    const agreed = (agreement: string) =>
      named(seenBy(family, ana, people, { members, agreement }), 'Sam').agreed
    expect([agreed('Ask first.'), agreed('Ask first!'), agreed('')]).toEqual([true, false, true])
  })
})

describe('what is offered', () => {
  test('Ana may do everything to everybody but herself', () => {
    const { family, ana, people } = withPeople()
    const overview = seenBy(family, ana, people)
    expect(named(overview, 'Ana')).toMatchObject({
      roles: [],
      mayRemove: false,
      mayHandOver: false,
    })
    expect(named(overview, 'Luis')).toMatchObject({
      roles: ['viewer', 'contributor'],
      mayRemove: true,
      mayHandOver: true,
    })
    expect(named(overview, 'Sam').roles).toEqual(['viewer', 'admin'])
  })

  test('Luis, an admin, cannot touch Ana, and hands nothing over', () => {
    const { family, luis, people } = withPeople()
    const overview = seenBy(family, luis, people)
    expect(named(overview, 'Ana')).toMatchObject({ roles: [], mayRemove: false })
    expect(named(overview, 'Sam')).toMatchObject({ mayRemove: true, mayHandOver: false })
    expect(overview.mayInvite).toBe(true)
  })

  test('Sam, who adds photos, is offered nothing', () => {
    const { family, sam, people } = withPeople()
    const overview = seenBy(family, sam, people)
    for (const card of overview.members)
      expect(card).toMatchObject({ roles: [], mayRemove: false, mayHandOver: false })
    expect(overview).toMatchObject({ mayInvite: false, mayEditAgreement: false })
  })
})

describe('invitations', () => {
  test('open ones are listed with what is left; used up, taken back and expired ones are not', () => {
    const { family, ana, luis, people } = withPeople()
    const open = family.invite(luis, { uses: 3, expires: nowMs + dayMs })
    const pau = family.join('Pau', open)
    family.invite(ana, { expires: nowMs - 1 })
    const back = family.invite(ana, { expires: nowMs + dayMs })
    family.remove(ana, { invitation: back.id })
    expect(seenBy(family, ana, [...people, pau]).invitations).toEqual([
      {
        ...{ id: open.id, role: 'contributor', usesLeft: 2, expiresMs: nowMs + dayMs },
        ...{ by: 'Luis', isMine: false, mayRevoke: true },
      },
    ])
  })

  test('two who came at once by a link for one are shown to admins until one of them goes', () => {
    const { family, ana, sam, people } = withPeople()
    const link = family.invite(ana, { uses: 1, expires: nowMs + dayMs })
    const parents = [link.id]
    const pau = family.join('Pau', link, { parents })
    const mia = family.join('Mia', link, { parents })
    const all = [...people, pau, mia]
    const [crowd] = seenBy(family, ana, all).crowded
    expect(crowd).toMatchObject({ id: link.id, uses: 1, by: 'Ana' })
    expect(crowd?.people.map(({ name }) => name).sort()).toEqual(['Mia', 'Pau'])
    expect(seenBy(family, sam, all).crowded).toEqual([])
    family.remove(ana, { member: mia.member })
    expect(seenBy(family, ana, all).crowded).toEqual([])
  })
})

test('who is out because Luis was removed while he let them in, may be kept by Ana, and then is in', () => {
  const { family, ana, luis, sam, people } = withPeople()
  const link = family.invite(luis, { role: 'contributor', expires: nowMs + dayMs })
  const pau = family.join('Pau', link)
  const past = family.log.operation(link.id)?.operation.parents ?? []
  family.remove(ana, { member: luis.member }, { parents: past })
  const all = [...people, pau]
  const { outsiders, members } = seenBy(family, ana, all)
  expect(members.map(({ name }) => name)).not.toContain('Pau')
  expect(outsiders).toEqual([
    {
      ...{ device: pau.id, member: pau.member, name: 'Pau', mayKeep: true },
      came: { kind: 'link', by: 'Luis' },
    },
  ])
  expect(seenBy(family, sam, all).outsiders).toEqual([])
  family.op(ana, {
    ...{ op: 'add', member: pau.member, device: pau.id, box: pau.box, role: 'contributor' },
  })
  const after = seenBy(family, ana, all)
  expect(after.outsiders).toEqual([])
  expect(named(after, 'Pau').came).toEqual({ kind: 'in-person', by: 'Ana' })
})

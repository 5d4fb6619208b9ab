/** Devices, lost and found again, and the owner's rank in other hands. */
import { describe, expect, test } from 'vitest'
import { GroupBuilder, deviceNamed, type TestDevice } from '#tests/support/group-builder.ts'
import { randomOf, shuffled } from '#tests/support/random-operations.ts'
import type { MemberId, OpId } from '#lib/base/ids.ts'
import type { Entry } from '#lib/wire/entry.ts'
import { createMembershipLog, epochDuty, isOpen } from './evaluate.ts'
import { operationOfEntry, type GivenRole } from './operation.ts'

function withPeople() {
  const family = new GroupBuilder('Ana')
  const ana = family.founder
  family.epoch(ana)
  const [kim, lin] = (['Kim', 'Lin'] as const).map((name) =>
    family.join(name, family.invite(ana, { role: 'admin' })),
  ) as [TestDevice, TestDevice]
  const sam = family.join('Sam', family.invite(ana))
  family.epoch(ana)
  return { family, ana, kim, lin, sam }
}

const stateOf = (family: GroupBuilder) => {
  const state = family.log.state()
  if (state === null) throw new Error('the group is founded')
  return state
}
const heads = (family: GroupBuilder) => stateOf(family).heads
const memberOf = (family: GroupBuilder, { member }: TestDevice) =>
  stateOf(family).members.get(member)
const reason = (family: GroupBuilder, { id }: Entry) => stateOf(family).invalid.get(id)
const setRole = (
  family: GroupBuilder,
  by: TestDevice,
  to: { member: MemberId; role: GivenRole },
  parents = heads(family),
) => family.op(by, { op: 'role', ...to }, { parents })

/** The same operations in other orders of arrival give the same state. */
function expectAnyOrder(family: GroupBuilder): void {
  const operations = family.entries.flatMap((entry) => operationOfEntry(entry) ?? [])
  for (let seed = 0; seed < 20; seed++) {
    const log = createMembershipLog()
    for (const operation of shuffled(operations, randomOf(seed))) log.add([operation])
    expect(log.state()).toEqual(stateOf(family))
  }
}

describe('when Sam has lost his phone', () => {
  test('an admin lets his new one in under his name, with the role he had', () => {
    const { family, kim, sam } = withPeople()
    const link = family.invite(kim, { member: sam.member, role: 'viewer' })
    family.remove(kim, { device: sam.id })
    expect(memberOf(family, sam)).toMatchObject({ role: 'contributor', devices: [] })
    expect(epochDuty(stateOf(family), kim.id)).toBe('make-epoch')
    const phone = family.join('new phone', link)
    expect(memberOf(family, sam)).toMatchObject({ role: 'contributor', devices: [phone.id] })
    expect(stateOf(family).devices.has(sam.id)).toBe(false)
    const photo = family.bundle(phone, 'photo')
    expect(family.graph.counts(photo.id)).toBe(true)
    expectAnyOrder(family)
  })

  test('the link works as well where the old phone goes at the same time, and where it goes later', () => {
    const { family, kim, sam } = withPeople()
    const link = family.invite(kim, { member: sam.member })
    const parents = heads(family)
    const phone = family.join('new phone', link, { parents })
    family.remove(kim, { device: sam.id }, { parents })
    expect(memberOf(family, sam)?.devices).toEqual([phone.id])
    expectAnyOrder(family)
  })

  test('the link is open no more once he left, or was put out, until he is let in anew', () => {
    for (const by of ['kim', 'sam'] as const) {
      const people = withPeople()
      const { family, kim, sam } = people
      const isOpen = (id: string) => stateOf(family).invitations.get(id as OpId)?.open
      const [hers, his] = [
        family.invite(kim, { member: sam.member }),
        family.invite(sam, { member: sam.member }),
      ]
      const others = family.invite(kim, { member: kim.member })
      expect([hers, his, others].map(({ entry }) => isOpen(entry.id))).toEqual([true, true, true])
      family.remove(people[by], { member: sam.member })
      expect([hers, his, others].map(({ entry }) => isOpen(entry.id))).toEqual([false, false, true])
      expectAnyOrder(family)
    }
  })

  test('he stays a member without devices, and keeps what he gave', () => {
    const { family, kim, sam } = withPeople()
    const photo = family.bundle(sam, 'photo')
    family.remove(kim, { device: sam.id })
    expect(memberOf(family, sam)?.devices).toEqual([])
    expect(family.graph.counts(photo.id)).toBe(true)
    const link = family.invite(kim, { member: sam.member })
    const phone = family.join('new phone', link)
    expect(memberOf(family, sam)?.devices).toEqual([phone.id])
  })

  test('a contributor, a stranger’s link and an admin he outranks cannot bring him back', () => {
    const { family, ana, kim, lin, sam } = withPeople()
    const eve = family.join('Eve', family.invite(ana))
    expect(reason(family, family.invite(eve, { member: sam.member }).entry)).toMatch(/ranks/)
    setRole(family, ana, { member: sam.member, role: 'admin' })
    family.remove(ana, { device: sam.id })
    expect(reason(family, family.invite(lin, { member: kim.member }).entry)).toMatch(/ranks/)
    expect(reason(family, family.invite(sam, { member: sam.member }).entry)).toMatch(/no device/)
    expect(family.invite(lin, { member: sam.member }).entry).toSatisfy(
      (entry: Entry) => reason(family, entry) === undefined,
    )
  })

  test('a link for him is worth nothing once he himself is out', () => {
    const { family, kim, sam } = withPeople()
    const link = family.invite(kim, { member: sam.member })
    const parents = heads(family)
    family.remove(kim, { member: sam.member })
    const late = family.take(family.draftJoin(deviceNamed('late', sam.member), link))
    expect(reason(family, late)).toMatch(/not in the group/)
    const beside = family.draftJoin(deviceNamed('beside', sam.member), link, { parents })
    family.take(beside)
    expect(memberOf(family, sam)).toBeUndefined()
    expect(stateOf(family).devices.has(beside.author)).toBe(false)
    expectAnyOrder(family)
  })

  test('the link lets one device in, and can be taken back by him and by admins', () => {
    const { family, ana, kim, sam } = withPeople()
    const link = family.invite(sam, { member: sam.member })
    family.join('tablet', link)
    const again = family.take(family.draftJoin(deviceNamed('second', sam.member), link))
    expect(reason(family, again)).toMatch(/used up/)
    const other = family.invite(sam, { member: sam.member })
    family.remove(sam, { invitation: other.id })
    const third = family.invite(kim, { member: sam.member })
    family.remove(ana, { invitation: third.id })
    for (const { id } of [other, third]) {
      const invitation = stateOf(family).invitations.get(id)
      expect(invitation && isOpen(invitation, 0)).toBe(false)
    }
  })

  test('a used link puts no lost device back: what was removed stays so under any link', () => {
    const { family, kim, sam } = withPeople()
    family.remove(kim, { device: sam.id })
    const link = family.invite(kim, { member: sam.member })
    const back = family.take(family.draftJoin(sam, link))
    expect(reason(family, back)).toMatch(/admitted before/)
    expect(memberOf(family, sam)?.devices).toEqual([])
  })
})

test('a phone that Sam’s tablet removed cannot put Sam out, whatever past it claims', () => {
  const { family, sam } = withPeople()
  const parents = heads(family)
  const tablet = family.join('tablet', family.invite(sam, { member: sam.member }))
  family.remove(tablet, { device: sam.id })
  const revenge = family.remove(sam, { member: sam.member }, { parents })
  expect(reason(family, revenge)).toMatch(/author was removed/)
  expect(memberOf(family, sam)?.devices).toEqual([tablet.id])
  expectAnyOrder(family)
})

describe('the owner', () => {
  /** As the app does it: the new one admin, whoever ranks above anew after them, and down. */
  const handOver = (
    family: GroupBuilder,
    from: TestDevice,
    to: TestDevice,
    options: { above?: readonly TestDevice[]; parents?: ReturnType<typeof heads> } = {},
  ) => {
    let parents = options.parents ?? heads(family)
    const say = (member: MemberId, role: GivenRole) => {
      parents = [setRole(family, from, { member, role }, parents).id]
    }
    say(to.member, 'admin')
    for (const { member } of options.above ?? []) {
      say(member, 'contributor')
      say(member, 'admin')
    }
    say(from.member, 'contributor')
  }

  test('hands over to Sam, past the admins who were there before him', () => {
    const { family, ana, kim, lin, sam } = withPeople()
    handOver(family, ana, sam, { above: [kim, lin] })
    expect(memberOf(family, sam)?.role).toBe('owner')
    expect([kim, lin].map((device) => memberOf(family, device)?.role)).toEqual(['admin', 'admin'])
    expect(memberOf(family, ana)?.role).toBe('contributor')
    expect(reason(family, family.remove(kim, { member: sam.member }))).toMatch(/ranks/)
    expect(reason(family, family.remove(sam, { member: kim.member }))).toBeUndefined()
    expectAnyOrder(family)
  })

  test('who hands over on two devices at once ends with one owner, the same everywhere', () => {
    const { family, ana, kim, lin, sam } = withPeople()
    const tablet = family.join('tablet', family.invite(ana, { member: ana.member }))
    const parents = heads(family)
    handOver(family, ana, sam, { above: [kim, lin], parents })
    handOver(family, tablet, lin, { above: [kim], parents })
    const owners = [...stateOf(family).members.values()].filter(({ role }) => role === 'owner')
    expect(owners).toHaveLength(1)
    expect([sam.member, lin.member, kim.member]).toContain(owners[0]?.id)
    expect(memberOf(family, ana)?.role).toBe('contributor')
    expectAnyOrder(family)
  })

  test('hands over to somebody who leaves meanwhile: the next admin is the owner', () => {
    const { family, ana, kim, lin } = withPeople()
    const parents = heads(family)
    handOver(family, ana, kim, { parents })
    family.remove(kim, { member: kim.member }, { parents })
    expect(memberOf(family, lin)?.role).toBe('owner')
    expectAnyOrder(family)
  })

  test('cannot step down while nobody else is an admin', () => {
    const family = new GroupBuilder('Ana')
    const ana = family.founder
    family.epoch(ana)
    const sam = family.join('Sam', family.invite(ana))
    const down = { member: ana.member, role: 'contributor' } as const
    expect(reason(family, setRole(family, ana, down))).toMatch(/nobody would/)
    expect(memberOf(family, ana)?.role).toBe('owner')
    setRole(family, ana, { member: sam.member, role: 'admin' })
    expect(reason(family, setRole(family, ana, down))).toBeUndefined()
    expect(memberOf(family, sam)?.role).toBe('owner')
  })

  test('gets back what was given to Kim, where Kim’s becoming an admin turns out void', () => {
    const { family, ana, kim, lin } = withPeople()
    setRole(family, ana, { member: kim.member, role: 'contributor' })
    const parents = heads(family)
    setRole(family, lin, { member: kim.member, role: 'admin' }, parents)
    family.remove(ana, { member: lin.member }, { parents })
    expect(memberOf(family, kim)?.role).toBe('contributor')
    expect(memberOf(family, ana)?.role).toBe('owner')
    expectAnyOrder(family)
  })

  test('is put out or lowered by nobody else, on any of her devices', () => {
    const { family, ana, kim } = withPeople()
    const tablet = family.join('tablet', family.invite(ana, { member: ana.member }))
    const acts = [
      family.remove(kim, { member: ana.member }),
      family.remove(kim, { device: tablet.id }),
      setRole(family, kim, { member: ana.member, role: 'viewer' }),
    ]
    expect(acts.map((act) => reason(family, act))).toEqual(
      acts.map(() => expect.stringMatching(/ranks/) as string),
    )
    expect(memberOf(family, ana)).toMatchObject({ role: 'owner' })
    expect(memberOf(family, ana)?.devices).toHaveLength(2)
  })
})

import { describe, expect, test } from 'vitest'
import { GroupBuilder, deviceNamed, relayKeyNamed } from '#tests/support/group-builder.ts'
import type { TestDevice } from '#tests/support/group-builder.ts'
import { roleMayWrite } from './evaluate.ts'
import type { Entry } from '#lib/wire/entry.ts'

function founded() {
  const family = new GroupBuilder('Ana')
  family.epoch(family.founder)
  return { family, ana: family.founder }
}

function withSam(role: 'viewer' | 'contributor' | 'admin' = 'contributor') {
  const { family, ana } = founded()
  const sam = family.join('Sam', family.invite(ana, { role }))
  return { family, ana, sam }
}

const stateOf = (family: GroupBuilder) => {
  const state = family.log.state()
  if (state === null) throw new Error('the group is founded')
  return state
}
const heads = (family: GroupBuilder) => stateOf(family).heads
const roleIn = (family: GroupBuilder, { member }: TestDevice) =>
  stateOf(family).members.get(member)?.role
const reason = (family: GroupBuilder, entry: Entry) => stateOf(family).invalid.get(entry.id)

describe('removal', () => {
  test('of Sam voids what he did to membership at the same time, and whom he let in is out', () => {
    const { family, ana, sam } = withSam('admin')
    family.epoch(ana)
    const parents = heads(family)
    const link = family.invite(sam, {}, { parents })
    const eve = family.join('Eve', link, { parents: [link.id] })
    expect(stateOf(family).members.has(eve.member)).toBe(true)
    family.remove(ana, { member: sam.member }, { parents })
    expect([...stateOf(family).members.keys()]).toEqual([ana.member])
    expect(reason(family, link.entry)).toMatch(/author was removed/)
    expect(stateOf(family).everAdmitted.has(eve.id)).toBe(true)
  })

  test('keeps those whom Sam let in before', () => {
    const { family, ana, sam } = withSam('admin')
    const kim = family.join('Kim', family.invite(sam))
    family.remove(ana, { member: sam.member })
    expect([...stateOf(family).members.keys()].sort()).toEqual([ana.member, kim.member].sort())
  })

  test('of the owner by an admin, or of Ana’s second admin by a lower one, has no effect', () => {
    const { family, ana, sam } = withSam('admin')
    const kim = family.join('Kim', family.invite(ana, { role: 'admin' }))
    expect(reason(family, family.remove(sam, { member: ana.member }))).toMatch(/ranks/)
    expect(reason(family, family.remove(kim, { member: sam.member }))).toMatch(/ranks/)
    expect(stateOf(family).members.size).toBe(3)
  })

  test('of each other by two admins ends with the lower one out', () => {
    const { family, ana, sam } = withSam('admin')
    const kim = family.join('Kim', family.invite(sam, { role: 'admin' }))
    const parents = heads(family)
    family.remove(sam, { member: kim.member }, { parents })
    family.op(kim, { op: 'role', member: kim.member, role: 'viewer' }, { parents })
    family.invite(kim, {}, { parents })
    expect(stateOf(family).members.has(kim.member)).toBe(false)
    expect(stateOf(family).invitations.size).toBe(2)
    expect(roleIn(family, ana)).toBe('owner')
  })

  test('of each other by two devices of Sam puts both out', () => {
    const { family, sam } = withSam()
    const tablet = family.join('tablet', family.invite(sam, { member: sam.member }))
    const parents = heads(family)
    family.remove(sam, { device: tablet.id }, { parents })
    family.remove(tablet, { device: sam.id }, { parents })
    expect(stateOf(family).devices.has(sam.id)).toBe(false)
    expect(stateOf(family).devices.has(tablet.id)).toBe(false)
  })

  test('of Sam’s stolen phone undoes whom it removed meanwhile', () => {
    const { family, ana, sam } = withSam('admin')
    const kim = family.join('Kim', family.invite(ana))
    const tablet = family.join('tablet', family.invite(sam, { member: sam.member }))
    const parents = heads(family)
    family.remove(sam, { member: kim.member }, { parents })
    expect(stateOf(family).members.has(kim.member)).toBe(false)
    family.remove(tablet, { device: sam.id }, { parents })
    expect(stateOf(family).members.has(kim.member)).toBe(true)
  })

  test('of Sam by an admin has no effect where Ana made him a higher one meanwhile', () => {
    const { family, ana, sam } = withSam('contributor')
    const lin = family.join('Lin', family.invite(ana, { role: 'admin' }))
    const kim = family.join('Kim', family.invite(lin, { role: 'admin' }))
    const parents = heads(family)
    const removal = family.remove(kim, { member: sam.member }, { parents })
    expect(stateOf(family).members.has(sam.member)).toBe(false)
    family.op(ana, { op: 'role', member: sam.member, role: 'admin' }, { parents })
    expect(roleIn(family, sam)).toBe('admin')
    expect(reason(family, removal)).toMatch(/outranked/)
  })

  test('is undone by an `add` that follows, under the old name', () => {
    const { family, ana, sam } = withSam()
    const parents = heads(family)
    family.remove(ana, { member: sam.member })
    const phone = deviceNamed('Sam’s new phone', sam.member)
    const add = {
      op: 'add',
      member: sam.member,
      device: phone.id,
      box: phone.box,
      role: 'viewer',
    } as const
    family.op(ana, add)
    expect(roleIn(family, sam)).toBe('viewer')
    expect(stateOf(family).members.get(sam.member)?.devices).toEqual([phone.id])
    const tablet = deviceNamed('tablet', sam.member)
    family.op(ana, { ...add, device: tablet.id }, { parents })
    expect(stateOf(family).devices.has(tablet.id)).toBe(false)
  })
})

describe('roles', () => {
  test('of Sam set at once by Ana and a lower admin follow Ana', () => {
    const { family, ana, sam } = withSam()
    const kim = family.join('Kim', family.invite(ana, { role: 'admin' }))
    const parents = heads(family)
    family.op(kim, { op: 'role', member: sam.member, role: 'viewer' }, { parents })
    family.op(ana, { op: 'role', member: sam.member, role: 'admin' }, { parents })
    expect(roleIn(family, sam)).toBe('admin')
  })

  test('pass ownership to the next admin when Ana steps down', () => {
    const { family, ana, sam } = withSam('admin')
    family.op(ana, { op: 'role', member: ana.member, role: 'contributor' })
    expect(roleIn(family, sam)).toBe('owner')
    expect(roleIn(family, ana)).toBe('contributor')
  })

  test('keep the rank of an admin who is made one again, and end it with stepping down', () => {
    const { family, ana, sam } = withSam('admin')
    const kim = family.join('Kim', family.invite(ana, { role: 'admin' }))
    family.op(ana, { op: 'role', member: sam.member, role: 'admin' })
    expect(reason(family, family.remove(kim, { member: sam.member }))).toMatch(/ranks/)
    family.op(sam, { op: 'role', member: sam.member, role: 'viewer' })
    family.op(ana, { op: 'role', member: sam.member, role: 'admin' })
    expect(reason(family, family.remove(sam, { member: kim.member }))).toMatch(/ranks/)
  })

  test('say which kinds of entries they write', () => {
    expect(roleMayWrite('viewer', 'talk')).toBe(true)
    expect(roleMayWrite('viewer', 'bundle')).toBe(false)
    expect(roleMayWrite('contributor', 'public')).toBe(false)
    expect(roleMayWrite('owner', 'toString')).toBe(false)
  })

  test('let admins name relays and copies, and nobody else', () => {
    const { family, ana, sam } = withSam()
    const key = relayKeyNamed('second')
    const add = { op: 'relay', change: { add: { address: 'https://b.example', key } } } as const
    expect(reason(family, family.op(sam, add))).toMatch(/no admin/)
    family.op(ana, add)
    expect([stateOf(family).relays.size, stateOf(family).copies]).toEqual([2, 2])
    family.op(ana, { op: 'relay', change: { copies: 3 } })
    family.op(ana, { op: 'relay', change: { drop: key } })
    expect([stateOf(family).relays.size, stateOf(family).copies]).toEqual([1, 3])
  })
})

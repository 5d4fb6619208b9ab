import { describe, expect, test } from 'vitest'
import {
  GroupBuilder,
  deviceNamed,
  keyNumbered,
  relayKeyNamed,
} from '#tests/support/group-builder.ts'
import type { TestDevice } from '#tests/support/group-builder.ts'
import { epochDuty, isOpen, refusalOf } from './evaluate.ts'
import { memberIdOfDevice, operationOfEntry } from './operation.ts'
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

describe('a group of Ana', () => {
  test('has her as owner, and the relay she named', () => {
    const { family, ana } = founded()
    expect(roleIn(family, ana)).toBe('owner')
    expect(stateOf(family).relays.get(relayKeyNamed('family'))?.address).toBe(
      'http://localhost:4600',
    )
    expect(stateOf(family).copies).toBe(1)
  })

  test('takes no second genesis, and nothing that follows one', () => {
    const { family, ana } = founded()
    const other = new GroupBuilder('Eve', 'club')
    const foreign = operationOfEntry(other.entries[0] as Entry)
    const late = [operationOfEntry(other.epoch(other.founder))].filter((op) => op !== null)
    const both = [foreign, ...late].filter((op) => op !== null)
    const smaller = both[0]?.id ?? ''
    family.log.add(both)
    const expected = smaller < family.group ? other.group : family.group
    expect(stateOf(family).group).toBe(expected)
    expect(stateOf(family).members.size).toBe(1)
    expect(ana.member).not.toBe(other.founder.member)
  })
})

describe('an invitation of Ana', () => {
  test('lets Sam in with its role, under the member id of his device', () => {
    const { family, sam } = withSam('viewer')
    expect(roleIn(family, sam)).toBe('viewer')
    expect(sam.member).toBe(memberIdOfDevice(sam.id))
    expect(stateOf(family).devices.get(sam.id)?.member).toBe(sam.member)
  })

  test('is used up after one join, so that a third who knows of it is refused', () => {
    const { family, ana } = founded()
    const link = family.invite(ana)
    family.join('Sam', link)
    const eve = family.draftJoin(deviceNamed('Eve'), link)
    expect(refusalOf(family.log, operationOfEntry(eve) as never)).toMatch(/used up/)
    family.take(eve)
    expect(stateOf(family).members.size).toBe(2)
    expect(stateOf(family).invitations.get(link.id)?.open).toBe(false)
  })

  test('lets two in who use it at once, and shows both to admins', () => {
    const { family, ana } = founded()
    const link = family.invite(ana)
    const parents = heads(family)
    family.join('Sam', link, { parents })
    family.join('Kim', link, { parents })
    expect(stateOf(family).members.size).toBe(3)
    expect(stateOf(family).invitations.get(link.id)?.joins).toHaveLength(2)
  })

  test('expires by the clock, and is closed for good by its removal', () => {
    const { family, ana } = founded()
    const link = family.invite(ana, { expires: 1000, uses: 0 })
    const invitation = stateOf(family).invitations.get(link.id)
    expect(invitation && isOpen(invitation, 999)).toBe(true)
    expect(invitation && isOpen(invitation, 1000)).toBe(false)
    family.remove(ana, { invitation: link.id })
    expect(reason(family, family.take(family.draftJoin(deviceNamed('Eve'), link)))).toMatch(
      /removed/,
    )
  })

  test('does not let Eve speak as Sam, even with parents from before he joined', () => {
    const { family, ana } = founded()
    const link = family.invite(ana, { uses: 0 })
    const parents = heads(family)
    const sam = family.join('Sam', link)
    const eve = { ...deviceNamed('Eve'), member: sam.member }
    expect(reason(family, family.take(family.draftJoin(eve, link, { parents })))).toMatch(
      /member id/,
    )
    expect(stateOf(family).members.get(sam.member)?.devices).toEqual([sam.id])
  })

  test('for a device gives Sam a second one, under his member id only', () => {
    const { family, sam } = withSam()
    const link = family.invite(sam, { member: sam.member })
    const eve = { ...deviceNamed('Eve') }
    expect(reason(family, family.take(family.draftJoin(eve, link)))).toMatch(/another member/)
    const tablet = family.join('Sam’s tablet', link)
    expect(stateOf(family).members.get(sam.member)?.devices).toEqual([sam.id, tablet.id].sort())
  })

  test('cannot be made by Sam, nor for a device of Ana', () => {
    const { family, ana, sam } = withSam()
    expect(reason(family, family.invite(sam).entry)).toMatch(/no admin/)
    expect(reason(family, family.invite(sam, { member: ana.member }).entry)).toMatch(/ranks/)
  })
})

describe('the group key', () => {
  test('needs a new epoch once a one-use link is used, and whoever contributes makes it', () => {
    const { family, ana, sam } = withSam('viewer')
    expect(stateOf(family).cleanEpoch).toBeNull()
    expect(epochDuty(stateOf(family), ana.id)).toBe('make-epoch')
    expect(epochDuty(stateOf(family), sam.id)).toBe('none')
    family.epoch(ana)
    expect(stateOf(family).cleanEpoch).toBe(keyNumbered(family.group, 3))
    expect(epochDuty(stateOf(family), ana.id)).toBe('none')
  })

  test('is handed by anyone who has it to a device that lacks it', () => {
    const { family, ana } = founded()
    const link = family.invite(ana, { uses: 0 })
    const sam = family.join('Sam', link)
    const key = stateOf(family).cleanEpoch
    expect(key).not.toBeNull()
    expect(epochDuty(stateOf(family), ana.id)).toEqual({ lockboxFor: [sam.id] })
    expect(epochDuty(stateOf(family), sam.id)).toEqual({ lockboxFor: [sam.id] })
    family.op(sam, { op: 'lockbox', key: key as never, boxes: family.boxes([sam.id]) })
    expect(epochDuty(stateOf(family), ana.id)).toBe('none')
    const again = family.op(ana, {
      op: 'lockbox',
      key: key as never,
      boxes: family.boxes([sam.id]),
    })
    expect(reason(family, again)).toMatch(/box already/)
  })

  test('is not clean with a box for a stranger, nor with a lockbox for one allowed', () => {
    const { family, ana } = founded()
    const eve = deviceNamed('Eve')
    const stray = family.op(ana, {
      ...{ op: 'lockbox', key: stateOf(family).cleanEpoch as never, boxes: family.boxes([eve.id]) },
    })
    expect(reason(family, stray)).toMatch(/neither/)
    const boxes = family.boxes([ana.id, eve.id])
    const key = keyNumbered(family.group, 77)
    family.op(ana, { op: 'epoch', key, boxes, previous: new Map() })
    expect(stateOf(family).epochs.get(key)?.clean).toBe(false)
    expect(stateOf(family).cleanEpoch).toBe(keyNumbered(family.group, 1))
  })

  test('of two epochs made at once is the one of the higher op id', () => {
    const { family, ana, sam } = withSam()
    const parents = heads(family)
    const [one, other] = [family.epoch(ana, { parents }), family.epoch(sam, { parents })]
    const clean = stateOf(family).epochs.get(stateOf(family).cleanEpoch as never)
    expect(clean?.op).toBe(one.id > other.id ? one.id : other.id)
  })

  test('ends with a removal that it does not know of', () => {
    const { family, ana, sam } = withSam()
    family.epoch(ana)
    const parents = heads(family)
    family.remove(ana, { device: sam.id })
    family.epoch(ana, { parents })
    expect(stateOf(family).cleanEpoch).toBeNull()
    family.epoch(ana)
    expect(stateOf(family).cleanEpoch).not.toBeNull()
  })
})

test('an act by a stranger, and whatever follows it, has no effect', () => {
  const { family, ana } = founded()
  const eve = deviceNamed('Eve')
  const act = family.op(eve, { op: 'role', member: eve.member, role: 'admin' })
  const follower = family.op(ana, { op: 'relay', change: { copies: 9 } }, { parents: [act.id] })
  expect(reason(family, act)).toMatch(/no device/)
  expect(reason(family, follower)).toMatch(/follows/)
  expect(stateOf(family).copies).toBe(1)
  expect(stateOf(family).heads).not.toContain(act.id)
})

test('what Ana knew at a moment is answered by the state at those heads', () => {
  const { family, ana } = founded()
  const before = heads(family)
  const sam = family.join('Sam', family.invite(ana))
  expect(family.log.stateAt(before)?.members.has(sam.member)).toBe(false)
  expect(family.log.stateAt(heads(family))?.members.has(sam.member)).toBe(true)
  expect(family.log.roleAt(before, sam.id)).toBeNull()
  expect(family.log.roleAt(heads(family), sam.id)).toBe('contributor')
  expect(family.log.stateAt(['00'.repeat(32) as never])).toBeNull()
  expect(family.log.inPast(before[0] as never, heads(family)[0] as never)).toBe(true)
})

/** The families whose logs are frozen in tests/vectors/membership.json and recovery.json. */
import { toHex } from '#lib/base/bytes.ts'
import type { MembershipState } from '#lib/membership/evaluate.ts'
import { GroupBuilder, deviceNamed, relayKeyNamed, type TestDevice } from './group-builder.ts'

export interface MembershipVector {
  readonly entries: readonly string[]
  readonly state: unknown
}

/** Ana founds, invites Sam and Kim, names a second relay; Sam's tablet comes; Kim goes while inviting. */
export function membershipVector(): MembershipVector {
  const family = new GroupBuilder('Ana')
  const ana = family.founder
  family.epoch(ana)
  const sam = family.join('Sam', family.invite(ana))
  family.epoch(ana)
  const everyone = family.invite(ana, { role: 'admin', uses: 0 })
  const kim = family.join('Kim', everyone)
  const key = family.log.state()?.cleanEpoch
  if (key === undefined || key === null) throw new Error('a link for many leaves the epoch clean')
  family.op(sam, { op: 'lockbox', key, boxes: family.boxes([kim.id]) })
  family.join('Sam’s tablet', family.invite(sam, { member: sam.member }))
  const add = { address: 'https://photos.rivera.example', key: relayKeyNamed('second') }
  family.op(ana, { op: 'relay', change: { add } })
  const parents = family.log.state()?.heads ?? []
  family.op(kim, { op: 'role', member: sam.member, role: 'viewer' }, { parents })
  family.remove(ana, { member: kim.member }, { parents })
  family.remove(ana, { invitation: everyone.id })
  family.epoch(sam)
  return frozen(family)
}

/**
 * Ana adds Kim in person; Sam loses his phone, which answers with acts from before; Ana hands over to Kim at the same
 * time as Lin is put out and comes back; and everybody gets a new key.
 */
export function recoveryVector(): MembershipVector {
  const family = new GroupBuilder('Ana', 'club')
  const ana = family.founder
  family.epoch(ana)
  const [sam, lin] = [
    family.join('Sam', family.invite(ana)),
    family.join('Lin', family.invite(ana)),
  ]
  const kim = addInPerson(family, ana, deviceNamed('Kim'))
  family.epoch(ana)
  const parents = family.log.state()?.heads ?? []
  const link = family.invite(ana, { member: sam.member })
  family.remove(ana, { device: sam.id })
  family.join('Sam’s new phone', link)
  family.remove(sam, { member: sam.member }, { parents })
  family.invite(sam, { member: sam.member }, { parents })
  family.remove(ana, { member: lin.member }, { parents })
  family.epoch(ana)
  family.op(ana, { op: 'role', member: kim.member, role: 'admin' })
  family.op(ana, { op: 'role', member: ana.member, role: 'contributor' })
  addInPerson(family, kim, deviceNamed('Lin’s tablet', lin.member))
  family.epoch(kim)
  return frozen(family)
}

function addInPerson(family: GroupBuilder, by: TestDevice, device: TestDevice): TestDevice {
  const { id, member, box } = device
  family.op(by, { op: 'add', member, device: id, box, role: 'contributor' })
  return device
}

function frozen(family: GroupBuilder): MembershipVector {
  return {
    entries: family.entries.map(({ bytes }) => toHex(bytes)),
    state: stateToJson(family.log.state()),
  }
}

/** A state as plain JSON: maps as objects, sets sorted, bytes as hex. */
export function stateToJson(state: MembershipState | null): unknown {
  return JSON.parse(
    JSON.stringify(state, (_, value: unknown) => {
      if (value instanceof Uint8Array) return toHex(value)
      if (value instanceof Map)
        return Object.fromEntries([...(value as Map<string, unknown>)].sort())
      return value instanceof Set ? [...(value as Set<string>)].sort() : value
    }),
  )
}

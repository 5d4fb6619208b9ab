/** The family whose log is frozen in tests/vectors/membership.json. */
import { toHex } from '#lib/base/bytes.ts'
import type { MembershipState } from '#lib/membership/evaluate.ts'
import { GroupBuilder, relayKeyNamed } from './group-builder.ts'

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

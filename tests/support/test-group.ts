/** Groups as a relay sees them: signed entries of named people, bodies that nobody can read. */
import { concatBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import { publicKeyOfSeed, signMessage } from '#lib/base/ed25519.ts'
import {
  platformRandom,
  type DeviceId,
  type DocId,
  type EntryId,
  type GroupId,
  type KeyId,
  type OpId,
  type RelayId,
} from '#lib/base/ids.ts'
import { hourMs } from '#lib/base/time.ts'
import {
  encodeOperation,
  joinProofBytes,
  memberIdOfDevice,
  type GivenRole,
  type Operation,
} from '#lib/membership/operation.ts'
import {
  documentKinds,
  sealedKinds,
  signEntry,
  type Entry,
  type EntryKind,
} from '#lib/wire/entry.ts'

/** A device: its key, and how many entries it has signed. */
export interface TestDevice {
  readonly seed: Bytes
  readonly id: DeviceId
  seq: number
}

/** A new installation. */
export function createDevice(): TestDevice {
  const seed = platformRandom(32)
  return { seed, id: toHex(publicKeyOfSeed(seed)) as DeviceId, seq: 0 }
}

/** A group with its founder's device, on one relay. */
export interface TestGroup {
  readonly id: GroupId
  readonly founder: TestDevice
  readonly genesis: Entry
  /** Newest op, and newest entry: the past of the next one. */
  opHead: OpId
  head: EntryId
  readonly key: KeyId
}

/** Ana founds a group on that relay. */
export function foundGroup(relay: { origin: string; key: RelayId }): TestGroup {
  const founder = createDevice()
  const place = { address: relay.origin, key: relay.key }
  const operation: Operation = {
    ...{ op: 'genesis', parents: [], nonce: platformRandom(16), box: platformRandom(32) },
    ...{ member: memberIdOfDevice(founder.id), relay: place },
  }
  founder.seq = 1
  const envelope = { group: null, kind: 'op', author: founder.id, seq: 1, after: [] } as const
  const genesis = signEntry(envelope, encodeOperation(operation), founder.seed)
  const id = genesis.id as string as GroupId
  const key = toHex(platformRandom(16)) as KeyId
  return { id, founder, genesis, opHead: genesis.id, head: genesis.id, key }
}

/** An entry of a sealed kind; its body is noise, as it is to every relay. */
export function writeSealed(
  group: TestGroup,
  author: TestDevice,
  options: { readonly kind?: EntryKind; readonly bytes?: number } = {},
): Entry {
  const entry = signEntry(
    {
      ...{ group: group.id, kind: options.kind ?? 'bundle', doc: noiseId() as DocId },
      ...{ author: author.id, seq: ++author.seq, after: [group.head], epoch: group.key },
    },
    platformRandom(options.bytes ?? 200),
    author.seed,
  )
  group.head = entry.id
  return entry
}

/** An entry of any kind but `op`, with just the fields that its kind has. */
export function writeKind(group: TestGroup, author: TestDevice, kind: EntryKind): Entry {
  const entry = signEntry(
    {
      ...{ group: group.id, kind, author: author.id, seq: ++author.seq, after: [group.head] },
      ...(documentKinds.has(kind) && { doc: noiseId() as DocId }),
      ...(sealedKinds.has(kind) && { epoch: group.key }),
    },
    bodyOf(kind),
    author.seed,
  )
  group.head = entry.id
  return entry
}

/** An operation by that device on top of the newest one. */
export function writeOperation(group: TestGroup, author: TestDevice, operation: Operation): Entry {
  const entry = signEntry(
    {
      ...{ group: group.id, kind: 'op', author: author.id },
      ...{ seq: ++author.seq, after: [group.head] },
    },
    encodeOperation(operation),
    author.seed,
  )
  group.head = entry.id
  group.opHead = entry.id
  return entry
}

/** The group's first epoch, without which nobody can be invited. */
export function writeEpoch(group: TestGroup): Entry {
  const boxes = new Map([[group.founder.id, platformRandom(80)]])
  return writeOperation(group, group.founder, {
    ...{ op: 'epoch', parents: [group.opHead], key: group.key, boxes, previous: new Map() },
  })
}

export interface TestInvitation {
  readonly entry: Entry
  readonly seed: Bytes
}

/** Ana invites: one use, one hour, unless chosen otherwise. */
export function writeInvite(
  group: TestGroup,
  options: { readonly role?: GivenRole; readonly uses?: number; readonly expires?: number } = {},
): TestInvitation {
  const seed = platformRandom(32)
  const entry = writeOperation(group, group.founder, {
    ...{ op: 'invite', parents: [group.opHead], sign: publicKeyOfSeed(seed) },
    ...{ box: platformRandom(32), role: options.role ?? 'contributor', for: 'person' },
    ...{ uses: options.uses ?? 1, expires: options.expires ?? Date.now() + hourMs },
    ...{ key: group.key, lockbox: platformRandom(80) },
  })
  return { entry, seed }
}

/** Sam joins by an invitation. */
export function writeJoin(group: TestGroup, device: TestDevice, invitation: TestInvitation): Entry {
  const [member, box] = [memberIdOfDevice(device.id), platformRandom(32)]
  const proof = signMessage(
    invitation.seed,
    joinProofBytes({
      ...{ group: group.id, invitation: invitation.entry.id, member },
      ...{ device: device.id, box },
    }),
  )
  return writeOperation(group, device, {
    ...{ op: 'join', parents: [group.opHead], invitation: invitation.entry.id, member, box, proof },
  })
}

/** Bytes with one bit flipped in the last byte: a forged signature. */
export function forge(bytes: Bytes): Bytes {
  const last = bytes.at(-1) ?? 0
  return concatBytes(bytes.subarray(0, -1), Uint8Array.of(last ^ 1))
}

function bodyOf(kind: EntryKind): Bytes {
  if (kind === 'mark') return new Uint8Array()
  return sealedKinds.has(kind) ? platformRandom(60) : encodeCbor({})
}

function noiseId(): string {
  return toHex(platformRandom(16))
}

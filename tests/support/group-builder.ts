/**
 * Small groups with real keys and signatures, for tests of membership, the relay and sync.
 *
 * Everything follows from names and counters: the same calls give the same bytes. Lockboxes and wrapped keys have
 * the right length but open to nothing; tests of sealing make their own.
 */
import { concatBytes, toHex, utf8, type Bytes } from '#lib/base/bytes.ts'
import { publicKeyOfSeed, signMessage } from '#lib/base/ed25519.ts'
import { idFromBytes, type DeviceId, type EntryId, type GroupId } from '#lib/base/ids.ts'
import type { DocId, KeyId, MemberId, OpId, RelayId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { createEntryGraph, type EntryGraph } from '#lib/membership/counting.ts'
import { createMembershipLog, type MembershipLog } from '#lib/membership/evaluate.ts'
import {
  encodeOperation,
  joinProofBytes,
  memberIdOfDevice,
  operationOfEntry,
  type BoxHolder,
  type GivenRole,
  type Operation,
  type RemoveOp,
} from '#lib/membership/operation.ts'
import { sealedKinds, documentKinds, signEntry } from '#lib/wire/entry.ts'
import type { Entry, EntryKind } from '#lib/wire/entry.ts'

/** Somebody's device, with its secrets. */
export interface TestDevice {
  readonly name: string
  readonly seed: Bytes
  readonly id: DeviceId
  readonly member: MemberId
  readonly box: Bytes
}

/** An invitation with its secret. */
export interface TestInvitation {
  readonly id: OpId
  readonly seed: Bytes
  readonly entry: Entry
  /** Of a `device` invitation. */
  readonly member?: MemberId
}

/** An operation without what the builder fills in. */
export type Draft = Operation extends infer Op
  ? Op extends Operation
    ? Omit<Op, 'parents'>
    : never
  : never

/** Where in the history something is said; by default on top of all that was built. */
export interface Place {
  readonly parents?: readonly OpId[]
  readonly after?: readonly EntryId[]
}

/** 32 bytes that a text stands for. */
export function bytesFor(text: string, length = 32): Bytes {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
    sha256(utf8(`${text}/${String(i)}`)),
  )
  return concatBytes(...blocks).slice(0, length)
}

/** A device that a name stands for; its member is the one that it would found or join as. */
export function deviceNamed(name: string, member?: MemberId): TestDevice {
  const seed = bytesFor(`${name}/sign`)
  const id = toHex(publicKeyOfSeed(seed)) as DeviceId
  return { name, seed, id, member: member ?? memberIdOfDevice(id), box: bytesFor(`${name}/box`) }
}

/** A relay key that a name stands for. */
export function relayKeyNamed(name: string): RelayId {
  return toHex(publicKeyOfSeed(bytesFor(`${name}/relay`))) as RelayId
}

/** A key id that a number stands for. */
export function keyNumbered(group: string, n: number): KeyId {
  return toHex(bytesFor(`${group}/key/${String(n)}`, 16)) as KeyId
}

/** A group in the making. Its log and graph hold everything built, unless it was `drafted`. */
export class GroupBuilder {
  readonly entries: Entry[] = []
  readonly log: MembershipLog = createMembershipLog()
  readonly graph: EntryGraph = createEntryGraph(this.log)
  readonly founder: TestDevice
  readonly group: GroupId
  private readonly seqs = new Map<DeviceId, number>()
  private made = 0

  constructor(founder = 'Ana', name = 'family') {
    this.founder = deviceNamed(`${name}/${founder}`)
    const { member, box } = this.founder
    const relay = { address: 'http://localhost:4600', key: relayKeyNamed(name) }
    const nonce = bytesFor(`${name}/nonce`, 16)
    const genesis = encodeOperation({ op: 'genesis', parents: [], nonce, member, box, relay })
    const entry = signEntry(
      { group: null, kind: 'op', author: this.founder.id, seq: 1, after: [] },
      genesis,
      this.founder.seed,
    )
    this.seqs.set(this.founder.id, 1)
    this.group = entry.id as string as GroupId
    this.take(entry)
  }

  /** Signs an entry and takes it in. */
  entry(author: TestDevice, kind: EntryKind, body: Bytes, place: Place = {}): Entry {
    return this.take(this.draftEntry(author, kind, body, place))
  }

  /** Signs an entry that nobody has seen yet; it takes the author's next number. */
  draftEntry(author: TestDevice, kind: EntryKind, body: Bytes, place: Place = {}): Entry {
    const seq = (this.seqs.get(author.id) ?? 0) + 1
    this.seqs.set(author.id, seq)
    const envelope = {
      ...{ group: this.group, kind, author: author.id, seq },
      after: [...(place.after ?? this.graph.heads())].sort(),
      ...(documentKinds.has(kind) && { doc: toHex(bytesFor('album', 16)) as DocId }),
      ...(sealedKinds.has(kind) && {
        epoch: this.log.state()?.cleanEpoch ?? keyNumbered(this.group, 0),
      }),
    }
    return signEntry(envelope, body, author.seed)
  }

  /** An operation, signed and taken in. */
  op(author: TestDevice, draft: Draft, place: Place = {}): Entry {
    return this.take(this.draftOp(author, draft, place))
  }

  /** An operation that nobody has seen yet. */
  draftOp(author: TestDevice, draft: Draft, place: Place = {}): Entry {
    const parents = [...(place.parents ?? this.log.state()?.heads ?? [])].sort()
    const after = place.after ?? place.parents ?? this.graph.heads()
    const body = encodeOperation({ ...draft, parents })
    return this.draftEntry(author, 'op', body, { after })
  }

  /** Takes an entry in as a device would. */
  take(entry: Entry): Entry {
    this.entries.push(entry)
    const signed = operationOfEntry(entry)
    if (signed !== null) this.log.add([signed])
    this.graph.add([entry])
    return entry
  }

  /** A new key for all devices and open invitations of the log. */
  epoch(author: TestDevice, place: Place = {}): Entry {
    const state = this.log.state()
    const open = [...(state?.invitations.values() ?? [])].filter((invitation) => invitation.open)
    const holders = [...(state?.devices.keys() ?? []), ...open.map(({ id }) => id)]
    const key = keyNumbered(this.group, ++this.made)
    return this.op(
      author,
      { op: 'epoch', key, boxes: this.boxes(holders), previous: new Map() },
      place,
    )
  }

  /** Boxes of the right length for these. */
  boxes(holders: readonly BoxHolder[]): Map<BoxHolder, Bytes> {
    return new Map(holders.map((holder) => [holder, bytesFor(`lockbox/${holder}`, 80)]))
  }

  /** A link: for a person, or, with `member`, for one more device of theirs. */
  invite(
    author: TestDevice,
    wish: { role?: GivenRole; uses?: number; expires?: number; member?: MemberId } = {},
    place: Place = {},
  ): TestInvitation {
    const seed = bytesFor(`invitation/${this.group}/${String(++this.made)}`)
    const key = [...(this.log.state()?.epochs.values() ?? [])].sort((a, b) => b.depth - a.depth)[0]
      ?.key
    const entry = this.op(
      author,
      {
        ...{ op: 'invite', sign: publicKeyOfSeed(seed), box: bytesFor(`${toHex(seed)}/box`) },
        ...{
          role: wish.role ?? 'contributor',
          uses: wish.uses ?? 1,
          expires: wish.expires ?? 2 ** 50,
        },
        ...(wish.member === undefined
          ? { for: 'person' as const }
          : { for: 'device' as const, member: wish.member }),
        ...{
          key: key ?? keyNumbered(this.group, 0),
          lockbox: bytesFor(`${toHex(seed)}/lockbox`, 80),
        },
      },
      place,
    )
    return { id: entry.id, seed, entry, ...(wish.member !== undefined && { member: wish.member }) }
  }

  /** Somebody comes in by a link. */
  join(name: string, invitation: TestInvitation, place: Place = {}): TestDevice {
    const device = deviceNamed(`${this.group}/${name}`, invitation.member)
    this.take(this.draftJoin(device, invitation, place))
    return device
  }

  /** A join that nobody has seen yet. */
  draftJoin(device: TestDevice, invitation: TestInvitation, place: Place = {}): Entry {
    const { group } = this
    const { id, member, box } = device
    const signed = joinProofBytes({ group, invitation: invitation.id, member, device: id, box })
    const proof = signMessage(invitation.seed, signed)
    return this.draftOp(
      device,
      { op: 'join', invitation: invitation.id, member, box, proof },
      place,
    )
  }

  /** Puts a member, device or invitation out. */
  remove(author: TestDevice, target: RemoveOp['target'], place: Place = {}): Entry {
    return this.op(author, { op: 'remove', target }, place)
  }

  /** An entry with a sealed-looking body. */
  bundle(author: TestDevice, text: string, place: Place = {}): Entry {
    return this.entry(author, 'bundle', bytesFor(text, 48), place)
  }
}

/** A random-looking entry id that nothing has. */
export function unknownId(text: string): EntryId {
  const id = idFromBytes('EntryId', bytesFor(text))
  if (id === null) throw new Error('an id has 32 bytes')
  return id
}

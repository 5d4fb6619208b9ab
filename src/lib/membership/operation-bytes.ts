/**
 * Operations to canonical CBOR and back.
 *
 * Shape   operation-types.ts; a map has exactly the fields of its row
 * Errors  `parseOperation` is total: null for anything else. `encodeOperation` throws on what would not parse (a bug).
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborMap, type CborValue } from '#lib/base/cbor.ts'
import {
  isMap,
  readAscendingIds,
  readBytes,
  readExactMap,
  readId,
  readOneOf,
  readUint,
  type Field,
} from '#lib/base/fields.ts'
import { idToBytes, parseId, type KeyId, type OpId } from '#lib/base/ids.ts'
import { maxOpBytes, maxParentIds } from '#lib/wire/limits.ts'
import type {
  BoxHolder,
  GivenRole,
  InviteOp,
  Operation,
  RelayOp,
  RelayPlace,
  RemoveOp,
} from './operation-types.ts'

const lockboxBytes = 80
const wrappedKeyBytes = 60
const maxAddressLength = 256
const givenRoles = ['viewer', 'contributor', 'admin'] as const

/** The body bytes of an `op` entry. */
export function encodeOperation(operation: Operation): Bytes {
  const bytes = encodeCbor({
    op: operation.op,
    parents: operation.parents.map(idToBytes),
    ...fieldsOf(operation),
  })
  if (parseOperation(bytes) === null) throw new Error(`this ${operation.op} is outside its shape`)
  return bytes
}

function fieldsOf(operation: Operation): CborMap {
  switch (operation.op) {
    case 'genesis': {
      const { nonce, member, box, relay } = operation
      const place = { address: relay.address, key: idToBytes(relay.key) }
      return { nonce, member: idToBytes(member), box, relay: place }
    }
    case 'invite':
      return inviteFields(operation)
    case 'join': {
      const { invitation, member, box, proof } = operation
      return { invitation: idToBytes(invitation), member: idToBytes(member), box, proof }
    }
    case 'add': {
      const { member, device, box, role } = operation
      return { member: idToBytes(member), device: idToBytes(device), box, role }
    }
    case 'role':
      return { member: idToBytes(operation.member), role: operation.role }
    case 'remove':
      return { target: mapValues(Object.entries(operation.target), (id: string) => idToBytes(id)) }
    case 'epoch': {
      const { key, boxes, previous } = operation
      return { key: idToBytes(key), boxes: mapValues(boxes), previous: mapValues(previous) }
    }
    case 'lockbox':
      return { key: idToBytes(operation.key), boxes: mapValues(operation.boxes) }
    case 'relay':
      return relayFields(operation.change)
  }
}

function inviteFields(invite: InviteOp): CborMap {
  const { sign, box, role, uses, expires, key, lockbox } = invite
  const whose = invite.member === undefined ? {} : { member: idToBytes(invite.member) }
  const rest = { sign, box, role, uses, expires, key: idToBytes(key), lockbox, ...whose }
  return { ...rest, for: invite.for }
}

function relayFields(change: RelayOp['change']): CborMap {
  if ('add' in change)
    return { change: 'add', address: change.add.address, key: idToBytes(change.add.key) }
  if ('drop' in change) return { change: 'drop', key: idToBytes(change.drop) }
  return { change: 'copies', copies: change.copies }
}

function mapValues<V>(
  entries: Iterable<readonly [string, V]>,
  convert: (value: V) => CborValue = (value) => value as CborValue,
): CborMap {
  return Object.fromEntries([...entries].map(([key, value]) => [key, convert(value)]))
}

/** The operation in an entry's body, or null: hostile bytes, unknown op, fields out of shape. */
export function parseOperation(body: Bytes): Operation | null {
  if (body.length > maxOpBytes) return null
  const value = parseCbor(body)
  if (!isMap(value)) return null
  const parents = readAscendingIds(value.parents, maxParentIds, 'EntryId')
  if (parents === null || (parents.length === 0) !== (value.op === 'genesis')) return null
  const name = typeof value.op === 'string' && Object.hasOwn(parsers, value.op) ? value.op : null
  if (name === null) return null
  const operation = parsers[name as Operation['op']](value, parents)
  // Unknown fields: what was understood does not encode to what came.
  if (operation === null || Object.keys(value).length !== countFields(operation)) return null
  return operation
}

function countFields(operation: Operation): number {
  return 2 + Object.keys(fieldsOf(operation)).length
}

type Parser = (map: CborMap, parents: readonly OpId[]) => Operation | null

const parsers: Readonly<Record<Operation['op'], Parser>> = {
  genesis(map, parents) {
    const nonce = bytesOf(map.nonce, 16)
    const member = memberOf(map.member)
    const box = bytesOf(map.box, 32)
    const relay = placeOf(map.relay)
    if (nonce === null || member === null || box === null || relay === null) return null
    return { op: 'genesis', parents, nonce, member, box, relay }
  },
  invite(map, parents) {
    const [sign, box] = [bytesOf(map.sign, 32), bytesOf(map.box, 32)]
    const role = roleOf(map.role)
    const member = map.member === undefined ? undefined : memberOf(map.member)
    const [uses, expires] = [readUint(map.uses), readUint(map.expires)]
    const key = keyOf(map.key)
    const lockbox = bytesOf(map.lockbox, lockboxBytes)
    const kind = readOneOf(map.for, ['person', 'device'] as const)
    if (sign === null || box === null || role === null || member === null || kind === null)
      return null
    if (uses === null || expires === null || key === null || lockbox === null) return null
    const rest = { op: 'invite', parents, sign, box, role, uses, expires, key, lockbox } as const
    if (kind === 'person') return member === undefined ? { ...rest, for: kind } : null
    return member === undefined || uses !== 1 ? null : { ...rest, for: kind, member }
  },
  join(map, parents) {
    const invitation = opOf(map.invitation)
    const member = memberOf(map.member)
    const [box, proof] = [bytesOf(map.box, 32), bytesOf(map.proof, 64)]
    if (invitation === null || member === null || box === null || proof === null) return null
    return { op: 'join', parents, invitation, member, box, proof }
  },
  add(map, parents) {
    const [member, device] = [memberOf(map.member), deviceOf(map.device)]
    const [box, role] = [bytesOf(map.box, 32), roleOf(map.role)]
    if (member === null || device === null || box === null || role === null) return null
    return { op: 'add', parents, member, device, box, role }
  },
  role(map, parents) {
    const [member, role] = [memberOf(map.member), roleOf(map.role)]
    return member === null || role === null ? null : { op: 'role', parents, member, role }
  },
  remove(map, parents) {
    const target = removedOf(map.target)
    return target === null ? null : { op: 'remove', parents, target }
  },
  epoch(map, parents) {
    const [key, boxes] = [keyOf(map.key), boxesOf(map.boxes)]
    const previous = entriesOf(map.previous, (text) => parseId('KeyId', text), wrappedKeyBytes)
    if (key === null || boxes === null || previous === null) return null
    return { op: 'epoch', parents, key, boxes, previous }
  },
  lockbox(map, parents) {
    const [key, boxes] = [keyOf(map.key), boxesOf(map.boxes)]
    return key === null || boxes === null ? null : { op: 'lockbox', parents, key, boxes }
  },
  relay(map, parents) {
    const change = changeOf(map)
    return change === null ? null : { op: 'relay', parents, change }
  },
}

function changeOf(map: CborMap): RelayOp['change'] | null {
  if (map.change === 'add') {
    const add = placeOf({ address: map.address, key: map.key })
    return add === null ? null : { add }
  }
  if (map.change === 'drop') {
    const drop = relayOf(map.key)
    return drop === null ? null : { drop }
  }
  const copies = readUint(map.copies)
  return map.change === 'copies' && copies !== null && copies > 0 ? { copies } : null
}

function placeOf(value: Field): RelayPlace | null {
  const map = readExactMap(value, ['address', 'key'])
  const key = relayOf(map?.key)
  const address = map?.address
  return key !== null && typeof address === 'string' && isOrigin(address) ? { address, key } : null
}

function isOrigin(address: string): boolean {
  if (address.length > maxAddressLength || !/^https?:/.test(address)) return false
  return URL.canParse(address) && new URL(address).origin === address
}

function removedOf(value: Field): RemoveOp['target'] | null {
  if (!isMap(value) || Object.keys(value).length !== 1) return null
  const [member, device] = [memberOf(value.member), deviceOf(value.device)]
  const invitation = opOf(value.invitation)
  if (member !== null) return { member }
  if (device !== null) return { device }
  return invitation === null ? null : { invitation }
}

function boxesOf(value: Field): Map<BoxHolder, Bytes> | null {
  const boxes = entriesOf(value, (text) => parseId('EntryId', text), lockboxBytes)
  return boxes === null || boxes.size === 0 ? null : boxes
}

function entriesOf<K extends BoxHolder | KeyId>(
  value: Field,
  parseKey: (text: string) => K | null,
  length: number,
): Map<K, Bytes> | null {
  if (!isMap(value)) return null
  const entries = new Map<K, Bytes>()
  for (const [text, item] of Object.entries(value)) {
    const [key, bytes] = [parseKey(text), bytesOf(item, length)]
    if (key === null || bytes === null) return null
    entries.set(key, bytes)
  }
  return entries
}

const bytesOf = (value: Field, length: number) => readBytes(value, length)
const roleOf = (value: Field): GivenRole | null => readOneOf(value, givenRoles)
const opOf = (value: Field) => readId(value, 'EntryId')
const memberOf = (value: Field) => readId(value, 'MemberId')
const deviceOf = (value: Field) => readId(value, 'DeviceId')
const relayOf = (value: Field) => readId(value, 'RelayId')
const keyOf = (value: Field) => readId(value, 'KeyId')

/** One operation of every type and form, frozen in tests/vectors/operations.json. */
import { toHex } from '#lib/base/bytes.ts'
import type { KeyId, OpId } from '#lib/base/ids.ts'
import { encodeOperation, type Operation } from '#lib/membership/operation.ts'
import { bytesFor, deviceNamed, relayKeyNamed } from './group-builder.ts'

export interface OperationVector {
  readonly name: string
  readonly bytes: string
}

const parents = [toHex(bytesFor('parent')) as OpId]
const key = toHex(bytesFor('key', 16)) as KeyId
const sam = deviceNamed('Sam')
const relay = { address: 'https://photos.rivera.example', key: relayKeyNamed('family') }
const boxes = new Map([[sam.id, bytesFor('box', 80)]])
const link = { sign: bytesFor('sign'), box: bytesFor('link'), lockbox: bytesFor('lockbox', 80) }
const invitation = toHex(bytesFor('invitation')) as OpId
const wish = { op: 'invite', parents, ...link, role: 'contributor', expires: 2 ** 40, key } as const

const operations: Readonly<Record<string, Operation>> = {
  genesis: {
    ...{ op: 'genesis', parents: [], nonce: bytesFor('nonce', 16) },
    ...{ member: sam.member, box: sam.box, relay },
  },
  'invite for a person': { ...wish, for: 'person', uses: 0 },
  'invite for a device': { ...wish, for: 'device', uses: 1, member: sam.member },
  join: {
    ...{ op: 'join', parents, invitation, member: sam.member },
    ...{ box: sam.box, proof: bytesFor('proof', 64) },
  },
  add: { op: 'add', parents, member: sam.member, device: sam.id, box: sam.box, role: 'viewer' },
  role: { op: 'role', parents, member: sam.member, role: 'admin' },
  'remove a member': { op: 'remove', parents, target: { member: sam.member } },
  'remove a device': { op: 'remove', parents, target: { device: sam.id } },
  'remove an invitation': { op: 'remove', parents, target: { invitation } },
  'epoch, the first': { op: 'epoch', parents, key, boxes, previous: new Map() },
  'epoch after another': {
    ...{ op: 'epoch', parents, key, boxes },
    previous: new Map([[toHex(bytesFor('old', 16)) as KeyId, bytesFor('wrapped', 60)]]),
  },
  lockbox: { op: 'lockbox', parents, key, boxes },
  'relay added': { op: 'relay', parents, change: { add: relay } },
  'relay dropped': { op: 'relay', parents, change: { drop: relay.key } },
  'relay copies': { op: 'relay', parents, change: { copies: 3 } },
}

/** All of them, as bytes in hexadecimal. */
export function operationVectors(): OperationVector[] {
  return Object.entries(operations).map(([name, operation]) => ({
    ...{ name, bytes: toHex(encodeOperation(operation)) },
  }))
}

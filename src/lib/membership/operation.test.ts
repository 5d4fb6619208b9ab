import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { GroupBuilder, deviceNamed, relayKeyNamed } from '#tests/support/group-builder.ts'
import { randomOperations } from '#tests/support/random-operations.ts'
import { encodeCbor, parseCbor, type CborMap } from '#lib/base/cbor.ts'
import type { Bytes } from '#lib/base/bytes.ts'
import type { OpId } from '#lib/base/ids.ts'
import { maxOpBytes } from '#lib/wire/limits.ts'
import {
  encodeOperation,
  operationOfEntry,
  parseOperation,
  verifyOperation,
  type InviteOp,
  type Operation,
} from './operation.ts'

const parents = ['aa'.repeat(32) as OpId]
const ana = deviceNamed('Ana')
const samples = new Map<string, Operation>()
for (let seed = 0; seed < 30; seed++)
  for (const { operation } of randomOperations({ size: 60, strife: true, seed })) {
    // Without parents it is none, as a test below says.
    if (operation.op !== 'genesis' && operation.parents.length === 0) continue
    const kind = 'for' in operation ? operation.for : Object.keys(operation).join()
    samples.set(`${operation.op} ${kind}`, operation)
  }
for (const target of [
  { member: ana.member },
  { device: ana.id },
  { invitation: parents[0] as OpId },
])
  samples.set(`remove ${Object.keys(target).join()}`, { op: 'remove', parents, target })
const place = { address: 'https://photos.rivera.example', key: relayKeyNamed('b') }
samples.set('relay add', { op: 'relay', parents, change: { add: place } })
samples.set('relay drop', { op: 'relay', parents, change: { drop: place.key } })

/** The body with some fields replaced; undefined takes one away. */
function changed(operation: Operation, changes: CborMap): Bytes {
  return encodeCbor({ ...(parseCbor(encodeOperation(operation)) as CborMap), ...changes })
}

describe('an operation', () => {
  test.each([...samples])('%s is read as it was written', (_, operation) => {
    expect(parseOperation(encodeOperation(operation))).toEqual(operation)
  })

  test.each([...samples])(
    '%s with a field more, less or of another type is refused',
    (_, operation) => {
      const fields = Object.keys(parseCbor(encodeOperation(operation)) as CborMap)
      expect(parseOperation(changed(operation, { zz: 1 }))).toBeNull()
      for (const field of fields) {
        expect(parseOperation(changed(operation, { [field]: undefined })), field).toBeNull()
        expect(parseOperation(changed(operation, { [field]: true })), field).toBeNull()
        expect(
          parseOperation(changed(operation, { [field]: new Uint8Array(33) })),
          field,
        ).toBeNull()
      }
    },
  )

  test('of unknown name, without parents, or with unsorted ones is refused', () => {
    const leave: Operation = { op: 'remove', parents, target: { device: ana.id } }
    const [one, two] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
    expect(parseOperation(changed(leave, { parents: [one, two] }))).not.toBeNull()
    for (const wrong of [[], [two, one], [one, one], Array.from({ length: 33 }, () => one)])
      expect(parseOperation(changed(leave, { parents: wrong }))).toBeNull()
    for (const op of ['expel', 'constructor', '__proto__', ''])
      expect(parseOperation(changed(leave, { op }))).toBeNull()
  })

  test('names relays by their origin only', () => {
    const relay: Operation = { op: 'relay', parents, change: { add: place } }
    const addresses = [
      'https://a.example/',
      'https://a.example/x',
      'ftp://a.example',
      'a.example',
      'https://A.example',
      `https://${'a'.repeat(300)}.example`,
    ]
    for (const address of addresses)
      expect(parseOperation(changed(relay, { address })), address).toBeNull()
  })

  test('larger than 64 KiB is refused', () => {
    expect(parseOperation(new Uint8Array(maxOpBytes + 1))).toBeNull()
  })

  test('that is out of shape cannot be written', () => {
    expect(() =>
      encodeOperation({
        op: 'epoch',
        parents,
        key: 'ee'.repeat(16) as never,
        boxes: new Map(),
        previous: new Map(),
      }),
    ).toThrow()
  })

  test('of random or damaged bytes is read as itself or not at all', () => {
    const bodies = [...samples.values()].map(encodeOperation)
    const damaged = fc
      .tuple(fc.constantFrom(...bodies), fc.nat(), fc.integer({ min: 1, max: 255 }))
      .map(([body, at, flip]) =>
        body.map((byte, i) => (i === at % body.length ? byte ^ flip : byte)),
      )
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged), (bytes) => {
        const operation = parseOperation(new Uint8Array(bytes))
        if (operation !== null) expect(encodeOperation(operation)).toEqual(new Uint8Array(bytes))
      }),
      { numRuns: 3000 },
    )
  })
})

describe('a join', () => {
  const family = new GroupBuilder('Ana')
  family.epoch(family.founder)
  const link = family.invite(family.founder)
  const sam = deviceNamed('Sam')
  const join = operationOfEntry(family.draftJoin(sam, link))
  if (join === null) throw new Error('a join is an operation')
  const inviteOf = (id: OpId): InviteOp | null => {
    const operation = family.log.operation(id)?.operation
    return operation?.op === 'invite' ? operation : null
  }

  test('is proved by the invitation’s key, for this group, device and box', async () => {
    expect(await verifyOperation(join, family.group, inviteOf)).toBe(true)
    const other = new GroupBuilder('Eve', 'club')
    expect(await verifyOperation(join, other.group, inviteOf)).toBe(false)
    expect(await verifyOperation({ ...join, author: ana.id }, family.group, inviteOf)).toBe(false)
    const boxed = { ...join.operation, box: new Uint8Array(32) } as Operation
    expect(await verifyOperation({ ...join, operation: boxed }, family.group, inviteOf)).toBe(false)
  })

  test('by an unknown invitation proves nothing', async () => {
    expect(await verifyOperation(join, family.group, () => null)).toBe(false)
  })

  test('is no genesis, and a genesis names no group', () => {
    const genesis = family.entries[0]
    if (genesis === undefined) throw new Error('a group has a genesis')
    expect(operationOfEntry(genesis)?.operation.op).toBe('genesis')
    expect(operationOfEntry({ ...genesis, group: family.group })).toBeNull()
    expect(operationOfEntry({ ...genesis, kind: 'mark' })).toBeNull()
  })
})

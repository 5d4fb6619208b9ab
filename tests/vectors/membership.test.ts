/**
 * Every operation, and two whole small logs, frozen: the bytes of its entries and the state that follows. Whoever changes either changes
 * what groups out there agree on. Written anew by `node tests/vectors/write-membership.ts`, with a line in design.md.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseHex, toHex } from '#lib/base/bytes.ts'
import { createMembershipLog } from '#lib/membership/evaluate.ts'
import {
  encodeOperation,
  operationOfEntry,
  parseOperation,
  verifyOperation,
  type InviteOp,
  type Operation,
} from '#lib/membership/operation.ts'
import { groupOfEntry, parseEntry, verifyEntry } from '#lib/wire/entry.ts'
import {
  membershipVector,
  recoveryVector,
  stateToJson,
  type MembershipVector,
} from '#tests/support/membership-vector.ts'
import { operationVectors, type OperationVector } from '#tests/support/operation-vectors.ts'

const read = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'))
const logs = [
  ['a family', membershipVector, read('membership.json') as MembershipVector],
  ['a club with a lost phone', recoveryVector, read('recovery.json') as MembershipVector],
] as const

test.each(logs)('the frozen log of %s still means what it meant', async (_, __, frozen) => {
  const log = createMembershipLog()
  const inviteOf = (id: Parameters<typeof log.operation>[0]): InviteOp | null => {
    const operation = log.operation(id)?.operation
    return operation?.op === 'invite' ? operation : null
  }
  for (const hex of frozen.entries) {
    const entry = parseEntry(parseHex(hex) ?? new Uint8Array())
    const signed = entry === null ? null : operationOfEntry(entry)
    if (entry === null || signed === null) throw new Error('a frozen entry is an operation')
    expect(await verifyEntry(entry)).toBe(true)
    expect(await verifyOperation(signed, groupOfEntry(entry), inviteOf)).toBe(true)
    log.add([signed])
  }
  expect(stateToJson(log.state())).toEqual(frozen.state)
})

test.each(logs)('the same deeds of %s still give the same bytes', (_, write, frozen) => {
  expect(write().entries).toEqual(frozen.entries)
})

test('in the club, what its people did still ends as it should', () => {
  const { members, invalid } = recoveryVector().state as {
    members: Record<string, { role: string; devices: string[] }>
    invalid: Record<string, string>
  }
  const roles = Object.values(members).map(({ role, devices }) => [role, devices.length])
  expect(roles.sort()).toEqual([
    ['contributor', 1],
    ['contributor', 1],
    ['contributor', 1],
    ['owner', 1],
  ])
  expect(Object.values(invalid)).toHaveLength(2)
})

const operations = read('operations.json') as OperationVector[]

test('the same operations still give the same bytes', () => {
  expect(operationVectors()).toEqual(operations)
})

test.each(operations)('the frozen operation "$name" is still read and written alike', (vector) => {
  const operation = parseOperation(parseHex(vector.bytes) ?? new Uint8Array())
  if (operation === null) throw new Error('a frozen operation is one')
  expect(vector.name.startsWith(operation.op)).toBe(true)
  expect(toHex(encodeOperation(operation))).toBe(vector.bytes)
})

test('every type of operation is frozen', () => {
  const known = operationVectors().map(({ name }) => name.split(/[ ,]/, 1)[0])
  const all: Record<Operation['op'], true> = {
    ...{ genesis: true, invite: true, join: true, add: true, role: true },
    ...{ remove: true, epoch: true, lockbox: true, relay: true },
  }
  expect([...new Set(known)].sort()).toEqual(Object.keys(all).sort())
})

/**
 * A whole small log, frozen: the bytes of its entries and the state that follows. Whoever changes either changes
 * what groups out there agree on. Written anew by `node tests/vectors/write-membership.ts`, with a line in design.md.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseHex } from '#lib/base/bytes.ts'
import { createMembershipLog } from '#lib/membership/evaluate.ts'
import { operationOfEntry, verifyOperation, type InviteOp } from '#lib/membership/operation.ts'
import { groupOfEntry, parseEntry, verifyEntry } from '#lib/wire/entry.ts'
import {
  membershipVector,
  stateToJson,
  type MembershipVector,
} from '#tests/support/membership-vector.ts'

const path = new URL('membership.json', import.meta.url)
const frozen = JSON.parse(readFileSync(path, 'utf8')) as MembershipVector

test('the frozen log of a family still means what it meant', async () => {
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

test('the same deeds still give the same bytes', () => {
  expect(membershipVector().entries).toEqual(frozen.entries)
})

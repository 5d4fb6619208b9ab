/**
 * What must hold in every group, whoever does what at once: 2,000 random histories (ten times as many with SLOW=1),
 * each judged in several orders, with repetitions and gaps. random-operations.ts says what is in them.
 */
import { describe, expect, test } from 'vitest'
import { bytesFor } from '#tests/support/group-builder.ts'
import { randomOf, randomOperations, shuffled } from '#tests/support/random-operations.ts'
import { toHex } from '#lib/base/bytes.ts'
import type { DeviceId, GroupId, MemberId, OpId } from '#lib/base/ids.ts'
import { createMembershipLog, type MembershipLog, type MembershipState } from './evaluate.ts'
import type { GivenRole, Operation, SignedOperation } from './operation.ts'

const batches = [0, 1, 2, 3] as const
const seedsPerBatch = process.env.SLOW === '1' ? 5000 : 500
const batchMs = seedsPerBatch * 240

interface Judged {
  readonly seed: number
  readonly operations: readonly SignedOperation[]
  readonly log: MembershipLog
  readonly state: MembershipState
  readonly random: () => number
}

function judged(seed: number): Judged {
  const random = randomOf(seed + 1)
  const operations = randomOperations({ seed, size: 4 + (seed % 37), strife: seed % 5 !== 0 })
  const log = logOf(operations)
  return { seed, operations, log, state: stateOf(log), random }
}

function logOf(operations: readonly SignedOperation[]): MembershipLog {
  const log = emptyLog(operations.find(({ operation }) => operation.op === 'genesis'))
  log.add(operations)
  return log
}

/** Of the group that this founds. */
function emptyLog(genesis: SignedOperation | undefined): MembershipLog {
  return createMembershipLog((genesis?.id ?? null) as GroupId | null)
}

function stateOf(log: MembershipLog): MembershipState {
  const state = log.state()
  if (state === null) throw new Error('there is a genesis')
  return state
}

/** An operation that nobody has said yet. */
function act(author: DeviceId, operation: Operation, salt = ''): SignedOperation {
  return { id: toHex(bytesFor(`act/${author}/${operation.op}/${salt}`)) as OpId, author, operation }
}

/** Whether that device could take the role of a member away, on top of these. */
function governs(
  log: MembershipLog,
  { by, whom, parents }: { by: DeviceId; whom: MemberId; parents: readonly OpId[] },
): boolean {
  return log.refusal(act(by, { op: 'role', parents, member: whom, role: 'viewer' })) === null
}

const isVoidIn = ({ state, log }: Judged, { id }: SignedOperation) =>
  !log.isTaken(id) || state.invalid.has(id)

/** Same operations, another order, some twice, one by one: the same state. */
function expectAnyOrder({ operations, state, random, seed }: Judged): void {
  const mixed = shuffled([...operations, ...operations.slice(0, 5)], random)
  const log = emptyLog(operations[0])
  for (const operation of mixed) log.add([operation])
  expect(log.state(), `seed ${seed}`).toEqual(state)
}

/** With some missing: as if what rests on them had not been said either. */
function expectGapsToWait({ operations, random, seed }: Judged): void {
  const delivered = operations.filter((_, i) => i === 0 || random() < 0.9)
  const known = new Set<OpId>()
  const closed = delivered.filter(({ id, operation }) => {
    const isWhole = operation.parents.every((parent) => known.has(parent))
    if (isWhole) known.add(id)
    return isWhole
  })
  const withGaps = stateOf(logOf(shuffled(delivered, random)))
  expect({ ...withGaps, waiting: new Set() }, `seed ${seed}`).toEqual(stateOf(logOf(closed)))
  expect(withGaps.waiting.size).toBe(delivered.length - closed.length)
}

/** Whoever is out can change nothing: not with what follows the removal, nor with what pretends to be from before. */
function expectRemovedToBePowerless(each: Judged): void {
  const { operations, state, log, seed } = each
  for (const removal of operations) {
    if (removal.operation.op !== 'remove' || isVoidIn(each, removal)) continue
    const { target } = removal.operation
    if ('invitation' in target) continue
    const out = operations
      .map(({ author }) => author)
      .filter((author) => log.removalsOf(author).includes(removal.id) && !state.devices.has(author))
    for (const author of new Set(out)) {
      const news = [state.heads, removal.operation.parents].flatMap((parents, i) =>
        meddling(author, { parents, state, salt: `${removal.id}/${i}` }),
      )
      const meddled = logOf(operations)
      meddled.add(news)
      expect(effectsOf(stateOf(meddled)), `seed ${seed}`).toEqual(effectsOf(state))
      const { invalid } = stateOf(meddled)
      expect(news.every(({ id }) => invalid.has(id))).toBe(true)
    }
  }
}

function effectsOf({ members, devices, invitations, relays, copies, epochs }: MembershipState) {
  return { members, devices, invitations, relays, copies, epochs }
}

function meddling(
  author: DeviceId,
  { parents, state, salt }: { parents: readonly OpId[]; state: MembershipState; salt: string },
): SignedOperation[] {
  const [member] = state.members.keys()
  const [link] = state.invitations.keys()
  const key = state.epochs.keys().next().value
  if (member === undefined) return []
  const acts: Operation[] = [
    { op: 'role', parents, member, role: 'viewer' },
    { op: 'remove', parents, target: { member } },
    { op: 'relay', parents, change: { copies: 7 } },
  ]
  if (link !== undefined) acts.push({ op: 'remove', parents, target: { invitation: link } })
  if (key !== undefined) {
    const keys = { sign: bytesFor('sign'), box: bytesFor('box'), lockbox: bytesFor('lock', 80) }
    const wish = { role: 'admin', for: 'person', uses: 0, expires: 1, key } as const
    acts.push({ op: 'invite', parents, ...keys, ...wish })
  }
  return acts.map((operation, i) => act(author, operation, `${salt}/${i}`))
}

/** Ranks are one strict order, in which removals and demotions go down only. */
function expectRanksToOrder(each: Judged): void {
  const { operations, state, log, seed } = each
  const admins = [...state.members.values()].filter(
    ({ role, devices }) => devices.length > 0 && (role === 'admin' || role === 'owner'),
  )
  const parents = state.heads
  const governed = admins.map(
    ({ id, devices: [by] }) =>
      admins.filter(
        (whom) =>
          whom.id !== id && by !== undefined && governs(log, { by, whom: whom.id, parents }),
      ).length,
  )
  // n - 1, n - 2, … 0: no two alike, hence no cycle.
  expect(
    governed.sort((a, b) => a - b),
    `seed ${seed}`,
  ).toEqual(admins.map((_, i) => i))
  for (const signed of operations) if (!isVoidIn(each, signed)) expectDownward(log, signed)
}

function expectDownward(log: MembershipLog, { author, operation }: SignedOperation): void {
  const whom = targetOf(log, operation)
  const past = log.stateAt(operation.parents)
  const own = past?.devices.get(author)?.member
  if (whom === null || past === null || own === undefined || own === whom) return
  const [by, target] = [past.members.get(own), past.members.get(whom)]
  expect(['admin', 'owner']).toContain(by?.role)
  expect(target?.role).not.toBe('owner')
  const [device] = target?.devices ?? []
  if (device === undefined) return
  expect(governs(log, { by: device, whom: own, parents: operation.parents })).toBe(false)
}

function targetOf(log: MembershipLog, operation: Operation): MemberId | null {
  if (operation.op === 'role') return operation.member
  if (operation.op !== 'remove' || 'invitation' in operation.target) return null
  const { target } = operation
  if ('member' in target) return target.member
  return log.stateAt(operation.parents)?.devices.get(target.device)?.member ?? null
}

/** One after the other: no join or link puts anybody out who was in. */
function expectAdmissionsToHold({ operations, seed }: Judged): void {
  const log = emptyLog(operations[0])
  let before: ReadonlySet<DeviceId> = new Set()
  for (const signed of operations) {
    log.add([signed])
    const now = new Set(stateOf(log).devices.keys())
    const { op } = signed.operation
    const mayPutOut = op === 'remove' || op === 'role' || op === 'add'
    if (!mayPutOut)
      expect(
        [...before].filter((id) => !now.has(id)),
        `seed ${seed}`,
      ).toEqual([])
    before = now
  }
}

/** Roles by history are told alike by `roleAt` and the state there; the owner is one, or nobody is an admin. */
function expectOneOwner({ state, log, seed }: Judged): void {
  const roles = [...state.members.values()].map(({ role }) => role)
  const owners = roles.filter((role) => role === 'owner').length
  expect(owners, `seed ${seed}`).toBe(roles.includes('admin') ? 1 : Math.min(owners, 1))
  for (const { id, member } of state.devices.values()) {
    const role = state.members.get(member)?.role
    const given: GivenRole | undefined = role === 'owner' ? 'admin' : role
    expect(log.roleAt(state.heads, id)).toBe(given)
  }
}

describe.each(batches)('in a random group of batch %i', (batch) => {
  const seeds = Array.from({ length: seedsPerBatch }, (_, i) => batch * seedsPerBatch + i)

  test('all that membership promises holds', { timeout: batchMs }, () => {
    for (const seed of seeds) {
      const each = judged(seed)
      expectAnyOrder(each)
      expectOneOwner(each)
      expectRanksToOrder(each)
      if (seed % 2 === 0) expectGapsToWait(each)
      else expectAdmissionsToHold(each)
      if (seed % 4 === 1) expectRemovedToBePowerless(each)
    }
  })
})

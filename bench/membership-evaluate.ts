/**
 * Budget: a group of 2,000 operations, the most there may be, is evaluated within 200 ms of processor time; `oneMs` is what one more
 * operation on top costs with its state. The history: rounds in which four admins invite at once, four people come at
 * once, and a new epoch follows; every eighth round somebody is removed while inviting a device of their own.
 */
import { cpuUsage } from 'node:process'
import { toHex } from '#lib/base/bytes.ts'
import type { DeviceId, KeyId, OpId } from '#lib/base/ids.ts'
import { createMembershipLog, evaluateMembership } from '#lib/membership/evaluate.ts'
import { memberIdOfDevice } from '#lib/membership/operation.ts'
import type { GivenRole, Operation, SignedOperation } from '#lib/membership/operation.ts'
import { maxOps } from '#lib/wire/limits.ts'
import { bytesFor, relayKeyNamed } from '#tests/support/group-builder.ts'
import { report, tell } from './support/report.ts'

const limitMs = 200
const maxBoxes = 300
const box = bytesFor('box')
const lockbox = bytesFor('lockbox', 80)

const operations: SignedOperation[] = []
const log = createMembershipLog()
const devices = [deviceNumbered(0)]

const operationsOfRounds = history()
evaluateMembership(operationsOfRounds.slice(0, maxOps / 4))
const startMs = processorMs()
const state = evaluateMembership(operationsOfRounds)
const value = tenths(processorMs() - startMs)

tell(`one more operation: ${oneByOneMs(40)} ms; ${operations.length} operations`)
tell(`${state?.members.size ?? 0} members, ${state?.invalid.size ?? 0} void operations`)
report({ name: 'membership-evaluate', value, unit: 'ms', limit: limitMs, ok: value <= limitMs })

function history(): SignedOperation[] {
  const [ana] = devices as [DeviceId]
  const relay = { address: 'http://localhost:4600', key: relayKeyNamed('bench') }
  const member = memberIdOfDevice(ana)
  say(ana, { op: 'genesis', parents: [], nonce: bytesFor('nonce', 16), member, box, relay })
  let key = epoch(ana, heads())
  for (let round = 0; operations.length < maxOps - 12; round++) {
    const parents = heads()
    const admins = devices.slice(0, 4)
    const links = admins.map((admin) => invite(admin, parents, key))
    if (round % 8 === 7) quarrel(ana, parents, key)
    for (const link of links) join(link)
    key = epoch(ana, heads())
  }
  return operations
}

function invite(author: DeviceId, parents: readonly OpId[], key: KeyId): OpId {
  const role: GivenRole = operations.length < 20 ? 'admin' : 'contributor'
  const rest = { role, uses: 1, expires: 2 ** 50, key, lockbox }
  return say(author, { op: 'invite', parents, sign: box, box, for: 'person', ...rest })
}

function join(invitation: OpId): void {
  const device = deviceNumbered(devices.length)
  const member = memberIdOfDevice(device)
  const proof = bytesFor('proof', 64)
  say(device, { op: 'join', parents: [invitation], invitation, member, box, proof })
  devices.push(device)
}

function quarrel(ana: DeviceId, parents: readonly OpId[], key: KeyId): void {
  const [sam] = devices.splice(Math.floor(devices.length / 2), 1) as [DeviceId]
  const member = memberIdOfDevice(sam)
  const rest = { role: 'viewer', uses: 1, expires: 2 ** 50, key, lockbox, member } as const
  say(sam, { op: 'invite', parents, sign: box, box, for: 'device', ...rest })
  say(ana, { op: 'remove', parents, target: { member } })
}

function epoch(author: DeviceId, parents: readonly OpId[]): KeyId {
  const key = toHex(bytesFor(`key/${String(operations.length)}`, 16)) as KeyId
  const boxes = new Map(devices.slice(-maxBoxes).map((device) => [device, lockbox]))
  say(author, { op: 'epoch', parents, key, boxes, previous: new Map() })
  return key
}

function say(author: DeviceId, operation: Operation): OpId {
  const id = toHex(bytesFor(`op/${String(operations.length)}`)) as OpId
  operations.push({ id, author, operation })
  log.add([{ id, author, operation }])
  return id
}

function heads(): readonly OpId[] {
  return log.state()?.heads ?? []
}

function deviceNumbered(n: number): DeviceId {
  return toHex(bytesFor(`device/${String(n)}`)) as DeviceId
}

function oneByOneMs(count: number): number {
  const late = createMembershipLog()
  late.add(operations.slice(0, -count))
  late.state()
  const beganMs = processorMs()
  for (const operation of operations.slice(-count)) {
    late.add([operation])
    late.state()
  }
  return tenths((processorMs() - beganMs) / count)
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10
}

/** Processor time of this process: it does not depend on who else uses the machine. */
function processorMs(): number {
  const { user, system } = cpuUsage()
  return (user + system) / 1000
}

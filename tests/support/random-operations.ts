/**
 * Random histories of a group: people who act at once, on what some of them know, honest or not.
 *
 * Size    up to 8 people of 3 devices each, and strangers who try
 * Deeds   links for people and for own devices, joins (with taken ids, used-up and closed links, parents that leave
 *         the link out), people and devices added in person, re-admitted ones too, epochs, boxes, relays; with strife
 *         roles, handing over, removals of members, devices and links, recovery. One act in ten is by somebody who is
 *         out or never was in, and one in twelve pretends to know less than its author does (back-dated).
 *
 * Operations come unsigned (membership trusts whoever gives them to it to have checked signatures) and in an order
 * that respects their parents. Same seed, same history.
 */
import { toHex } from '#lib/base/bytes.ts'
import type { DeviceId, KeyId, MemberId, OpId } from '#lib/base/ids.ts'
import { createMembershipLog, epochDuty, type MembershipLog } from '#lib/membership/evaluate.ts'
import {
  memberIdOfDevice,
  type BoxHolder,
  type GivenRole,
  type Operation,
  type SignedOperation,
} from '#lib/membership/operation.ts'
import { bytesFor, relayKeyNamed } from './group-builder.ts'

/** Numbers from 0 up to 1 that a seed stands for (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The items in another order. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const placed = items.map((item) => ({ item, at: random() }))
  return placed.sort((a, b) => a.at - b.at).map(({ item }) => item)
}

/** What a history may contain besides founding, inviting, joining, keys and relays. */
export interface Wishes {
  readonly size: number
  /** Removals, and changes of role. */
  readonly strife: boolean
  readonly seed: number
}

interface Making {
  readonly seed: number
  readonly random: () => number
  /** What everybody together knows. */
  readonly log: MembershipLog
  readonly operations: SignedOperation[]
  readonly devices: DeviceId[]
  readonly invitations: { id: OpId; member: MemberId | undefined }[]
  /** Whose each device is, as far as it was ever in. */
  readonly members: Map<DeviceId, MemberId>
  readonly keys: KeyId[]
  /** Newest operations that each device knows. */
  readonly known: Map<DeviceId, Set<OpId>>
}

/** A history of at most `size` operations. */
export function randomOperations({ size, strife, seed }: Wishes): SignedOperation[] {
  const random = randomOf(seed)
  const making: Making = {
    seed,
    random,
    log: createMembershipLog(),
    operations: [],
    devices: [],
    invitations: [],
    members: new Map(),
    keys: [],
    known: new Map(),
  }
  found(making)
  while (making.operations.length < size) step(making, strife)
  return making.operations
}

function found(making: Making): void {
  const ana = deviceNumbered(making)
  const relay = { address: 'http://localhost:4600', key: relayKeyNamed('random') }
  const member = memberIdOfDevice(ana)
  const box = bytesFor(ana)
  making.members.set(ana, member)
  say(making, ana, { op: 'genesis', parents: [], nonce: bytesFor('nonce', 16), member, box, relay })
  makeEpoch(making, ana)
}

function step(making: Making, strife: boolean): void {
  const { random } = making
  const author = pickAuthor(making)
  if (random() < 0.3) learn(making, author, pickAuthor(making))
  const chance = random()
  if (chance < 0.3) invite(making, author)
  else if (chance < 0.6) join(making, author)
  else if (chance < 0.7) makeEpoch(making, author)
  else if (chance < 0.78) giveBox(making, author)
  else if (chance < 0.82) setCopies(making, author)
  else if (strife) fight(making, author)
}

function invite(making: Making, author: DeviceId, forMember?: MemberId): void {
  const forDevice = forMember !== undefined || making.random() < 0.3
  const own = memberOf(making, making.random() < 0.8 ? author : pick(making, making.devices))
  const member = forMember ?? own
  const rest = {
    ...{
      op: 'invite' as const,
      parents: parentsOf(making, author),
      sign: bytesFor('sign'),
      box: bytesFor('box'),
    },
    ...{ role: pick(making, ['viewer', 'contributor', 'admin'] as const), expires: 1 },
    ...{ key: pick(making, making.keys), lockbox: bytesFor('lockbox', 80) },
  } as const
  const id = forDevice
    ? say(making, author, { ...rest, for: 'device', uses: 1, member })
    : say(making, author, { ...rest, for: 'person', uses: Math.floor(making.random() * 3) })
  if (making.log.isTaken(id) || making.random() < 0.05)
    making.invitations.push({ id, member: forDevice ? member : undefined })
}

function join(making: Making, knowing: DeviceId): void {
  if (making.invitations.length === 0) return
  const { id, member } = pick(making, making.invitations)
  if (!hasRoom(making, member)) return
  // Now and then a device that is in already, or under somebody's id.
  const device = making.random() < 0.9 ? deviceNumbered(making) : pick(making, making.devices)
  const thief = making.random() < 0.1 ? memberOf(making, pick(making, making.devices)) : undefined
  learn(making, device, knowing)
  const parents = [
    ...new Set([...parentsOf(making, device), ...(making.random() < 0.97 ? [id] : [])]),
  ].sort()
  const own = member ?? memberIdOfDevice(device)
  const box = bytesFor(device)
  const proof = bytesFor('proof', 64)
  const join = { op: 'join', parents, invitation: id, member: thief ?? own, box, proof } as const
  if (making.log.isTaken(say(making, device, join))) making.members.set(device, join.member)
}

const maxMembers = 8
const maxDevices = 3

/** Whether one more person, or one more device of that member, is within the size. */
function hasRoom({ members }: Making, member: MemberId | undefined): boolean {
  const whose = [...members.values()]
  if (member === undefined) return new Set(whose).size < maxMembers
  return whose.filter((each) => each === member).length < maxDevices
}

/** Whose a device is; a stranger's is its own. */
function memberOf({ members }: Making, device: DeviceId): MemberId {
  return members.get(device) ?? memberIdOfDevice(device)
}

function makeEpoch(making: Making, author: DeviceId): void {
  const { random, keys, devices, log } = making
  const fresh = toHex(bytesFor(`key/${String(making.operations.length)}`, 16)) as KeyId
  const key = keys.length > 0 && random() < 0.05 ? pick(making, keys) : fresh
  const { devices: live, invitations: links } = log.state() ?? emptyState
  const open = [...links.values()].filter((link) => link.open).map(({ id }) => id)
  const stray = random() < 0.1 ? [pick(making, devices)] : []
  const holders = [...live.keys(), ...open, ...stray].filter(() => random() < 0.9)
  const boxes = boxesFor(making, holders.length === 0 ? [author] : holders)
  say(making, author, {
    op: 'epoch',
    parents: parentsOf(making, author),
    key,
    boxes,
    previous: new Map(),
  })
  keys.push(key)
}

const emptyState = { devices: new Map<DeviceId, never>(), invitations: new Map<OpId, never>() }

function giveBox(making: Making, author: DeviceId): void {
  const state = making.log.state()
  const lacking = state === null ? 'none' : epochDuty(state, author)
  const needy = typeof lacking === 'object' ? lacking.lockboxFor : []
  const wanted = making.random() < 0.9 ? needy : [pick(making, making.devices)]
  const boxes = boxesFor(making, wanted)
  const key = state?.cleanEpoch ?? making.keys.at(-1)
  if (wanted.length === 0) return
  if (key !== undefined)
    say(making, author, { op: 'lockbox', parents: parentsOf(making, author), key, boxes })
}

function setCopies(making: Making, author: DeviceId): void {
  const copies = 1 + Math.floor(making.random() * 4)
  say(making, author, { op: 'relay', parents: parentsOf(making, author), change: { copies } })
}

function fight(making: Making, author: DeviceId): void {
  const { random, devices, invitations } = making
  const parents = parentsOf(making, author)
  const device = pick(making, devices)
  const member = memberOf(making, device)
  const chance = random()
  const role: GivenRole = pick(making, ['viewer', 'contributor', 'admin'])
  if (chance < 0.3) say(making, author, { op: 'role', parents, member, role })
  else if (chance < 0.36) handOver(making, author, member)
  else if (chance < 0.45) recover(making, author, member)
  else if (chance < 0.6) say(making, author, { op: 'remove', parents, target: { member } })
  else if (chance < 0.8) say(making, author, { op: 'remove', parents, target: { device } })
  else if (chance < 0.9 && invitations.length > 0) {
    const invitation = pick(making, invitations).id
    say(making, author, { op: 'remove', parents, target: { invitation } })
  } else addInPerson(making, author, { member, role })
}

function addInPerson(
  making: Making,
  author: DeviceId,
  { member, role }: { member: MemberId; role: GivenRole },
): void {
  const isNew = making.random() < 0.5
  if (!hasRoom(making, isNew ? undefined : member)) return
  const device = deviceNumbered(making)
  const parents = parentsOf(making, author)
  learn(making, device, author)
  const whose = isNew ? memberIdOfDevice(device) : member
  const id = say(making, author, {
    ...{ op: 'add', parents, member: whose, device, box: bytesFor(device), role },
  })
  if (making.log.isTaken(id)) making.members.set(device, whose)
}

/** A link for a member, and their old devices out; the link's use may come before, beside or after. */
function recover(making: Making, author: DeviceId, member: MemberId): void {
  invite(making, author, member)
  for (const [device, whose] of making.members) {
    if (whose !== member || making.random() < 0.3) continue
    say(making, author, { op: 'remove', parents: parentsOf(making, author), target: { device } })
  }
}

function handOver(making: Making, author: DeviceId, member: MemberId): void {
  const own = memberOf(making, author)
  const set = (whose: MemberId, role: GivenRole) =>
    say(making, author, { op: 'role', parents: parentsOf(making, author), member: whose, role })
  set(member, 'admin')
  set(own, 'contributor')
}

/** What is refused stays in the history, but only the careless follow it. */
function say(making: Making, author: DeviceId, operation: Operation): OpId {
  const { operations, known, seed, log, random } = making
  const id = toHex(bytesFor(`op/${String(seed)}/${String(operations.length)}`)) as OpId
  operations.push({ id, author, operation })
  log.add([{ id, author, operation }])
  if (!log.isTaken(id) && random() < 0.97) return id
  const news = known.get(author) ?? new Set()
  for (const parent of operation.parents) news.delete(parent)
  known.set(author, news.add(id))
  return id
}

/** Somebody who may act, or, now and then, anybody. */
function pickAuthor(making: Making): DeviceId {
  const { devices, random, log } = making
  if (random() < 0.02) return deviceNumbered(making)
  const live = random() < 0.9 ? [...(log.state()?.devices.keys() ?? [])] : []
  return pick(making, live.length > 0 ? live : devices)
}

/** `from` tells `device` all it knows. */
function learn({ known }: Making, device: DeviceId, from: DeviceId): void {
  known.set(device, new Set([...(known.get(device) ?? []), ...(known.get(from) ?? [])]))
}

function parentsOf({ known, random, operations, log }: Making, device: DeviceId): OpId[] {
  const earlier = operations[Math.floor(random() * operations.length * 12)]?.id
  if (earlier !== undefined && log.isTaken(earlier)) return [earlier]
  return [...(known.get(device) ?? [])].slice(-32).sort()
}

function deviceNumbered({ devices }: Making): DeviceId {
  const device = toHex(bytesFor(`device/${String(devices.length)}`)) as DeviceId
  devices.push(device)
  return device
}

function boxesFor({ operations }: Making, holders: readonly BoxHolder[]) {
  return new Map(
    holders.map((holder) => [holder, bytesFor(`${holder}/${String(operations.length)}`, 80)]),
  )
}

function pick<T>({ random }: Making, items: readonly T[]): T {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

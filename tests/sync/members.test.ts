import { afterEach, beforeEach, expect, test } from 'vitest'
import type { GroupId } from '#lib/base/ids.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import {
  eventually,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import {
  cardIn,
  createSignal,
  linkOf,
  memberNamed,
  peopleOf,
  startFamily,
  type Signal,
  type SimulatedGroup,
} from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay
/** Of Ana's phone. */
let signal: Signal
let family: SimulatedGroup
let group: GroupId
let ana: SimulatedDevice
const devices: SimulatedDevice[] = []

beforeEach(async () => {
  relay = await startRelay()
  signal = createSignal()
  family = await startFamily(relay, { openLink: signal.openLink })
  ;({ group, ana } = family)
  devices.push(ana)
})

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay.dispose()
})

const join: SimulatedGroup['join'] = async (...how) => {
  const device = await family.join(...how)
  devices.push(device)
  return device
}

async function addPhoto(device: SimulatedDevice, name: string) {
  const files = [{ file: simulatedPhoto(name) }]
  return device.engine.addPhotos({ group, album: family.album, files })
}

async function meOf(device: SimulatedDevice) {
  const me = (await cardIn(device, group))?.me
  if (!me) throw new Error('a member')
  return me
}

async function photosOn(device: SimulatedDevice): Promise<number> {
  return (await cardIn(device, group))?.albums[0]?.count ?? 0
}

test('Ana removes Sam: he learns it, keeps what he has, and nothing new reaches him', async () => {
  const sam = await join('Sam')
  await addPhoto(ana, 'before')
  await eventually('Sam has the photo', async () => (await photosOn(sam)) === 1)

  const member = await memberNamed(ana, group, 'Sam')
  expect(await ana.engine.removeMember({ group, member })).toEqual({
    ok: true,
    value: { isTold: true },
  })
  await eventually(
    'Sam knows',
    async () => (await cardIn(sam, group))?.standing === 'removed',
    3000,
  )
  expect(await photosOn(sam)).toBe(1)
  await addPhoto(ana, 'after')
  await eventually(
    'Ana has sent it',
    async () => (await ana.engine.overview()).safety.waiting === 0,
  )
  expect(await addPhoto(sam, 'of Sam')).toEqual({ ok: false, error: { kind: 'not-allowed' } })
  await sam.crash()
  await eventually('Sam still has his', async () => (await photosOn(sam)) === 1)
  expect((await cardIn(sam, group))?.standing).toBe('removed')
  expect(await sam.engine.members(group)).toBeNull()

  await sam.engine.forgetGroup(group)
  expect((await sam.engine.overview()).groups).toEqual([])
})

test('Sam, whose phone is still busy with what came before, learns that he was removed', async () => {
  let isBusy = false
  const slow = createMemoryDisk(async ({ step }) => {
    if (step === 'commit' && isBusy) await new Promise((resolve) => setTimeout(resolve, 400))
  })
  const sam = await join('Sam', { disk: slow })
  const member = await memberNamed(ana, group, 'Sam')
  isBusy = true
  await addPhoto(ana, 'before')
  const isSent = async () => (await ana.engine.overview()).safety.waiting === 0
  await eventually('Ana has sent it', isSent)
  await ana.engine.removeMember({ group, member })
  await eventually('the relay lets Sam in no more', async () =>
    (await cardIn(sam, group))?.places.every(({ state }) => state === 'unreachable'),
  )
  isBusy = false
  await eventually('Sam knows', async () => (await cardIn(sam, group))?.standing === 'removed')
})

test('Sam, who was away when he was removed, is told that nobody lets him in', async () => {
  const sam = await join('Sam')
  const member = await memberNamed(ana, group, 'Sam')
  await sam.engine.close()
  await ana.engine.removeMember({ group, member })
  await sam.crash()
  await eventually('Sam is asked whether he is still in', async () => {
    const card = await cardIn(sam, group)
    return card?.standing === 'removed' || card?.asks.includes('refused')
  })
})

test('Ana makes Luis an admin and hands the group over; whoever is above him steps behind', async () => {
  const luis = await join('Luis', { role: 'admin' })
  const marta = await join('Marta', { by: luis, role: 'admin' })
  await eventually('Ana knows both', async () => (await peopleOf(ana, group)).members.length === 3)
  const seen = (await peopleOf(ana, group)).members.map(({ name, role, came }) => ({
    name,
    role,
    came,
  }))
  expect(seen).toEqual([
    { name: 'Ana', role: 'owner', came: { kind: 'founder' } },
    { name: 'Luis', role: 'admin', came: { kind: 'link', by: 'Ana' } },
    { name: 'Marta', role: 'admin', came: { kind: 'link', by: 'Luis' } },
  ])

  const heir = await memberNamed(ana, group, 'Marta')
  const handed = await ana.engine.handOver({ group, member: heir })
  expect(handed.ok).toBe(true)
  for (const device of [ana, luis, marta])
    await eventually('everybody sees the same roles', async () => {
      const { members } = await peopleOf(device, group)
      const roles = members.map(({ name, role }) => `${name} ${role}`).sort()
      return roles.join() === 'Ana contributor,Luis admin,Marta owner'
    })
  expect((await peopleOf(luis, group)).members.find(({ name }) => name === 'Marta')).toMatchObject({
    roles: [],
    mayRemove: false,
  })
})

test('Luis lets Pau in while Ana, without signal, removes Luis: Pau is out until Ana keeps him', async () => {
  const luis = await join('Luis', { role: 'admin' })
  signal.lose()
  const pau = await join('Pau', { by: luis })
  const member = await memberNamed(ana, group, 'Luis')
  const removed = await ana.engine.removeMember({ group, member })
  expect(removed).toEqual({ ok: true, value: { isTold: false } })
  expect((await peopleOf(ana, group)).isUnsent).toBe(true)

  signal.find()
  ana.engine.signalIsBack()
  const [outsider] = await eventually('Ana is told of Pau', async () => {
    const { outsiders } = await peopleOf(ana, group)
    return outsiders.length === 1 ? outsiders : null
  })
  if (outsider === undefined) throw new Error('somebody is out')
  expect(outsider).toMatchObject({ came: { kind: 'link', by: 'Luis' }, mayKeep: true })
  for (const device of [luis, pau])
    await eventually('both are out', async () => {
      const card = await cardIn(device, group)
      return card?.standing === 'removed' || card?.asks.includes('refused')
    })

  await ana.engine.keepOutsider({ group, device: outsider.device })
  await eventually(
    'Pau is in again',
    async () => {
      pau.engine.signalIsBack()
      return (await cardIn(pau, group))?.standing === 'joined' && (await addPhoto(pau, 'hello')).ok
    },
    30_000,
  )
  await eventually('Ana sees his photo', async () => (await photosOn(ana)) === 1)
  // What he wrote before counts by what he writes now, entry by entry.
  await eventually('Ana reads his name again', async () => {
    const { members } = await peopleOf(ana, group)
    return members.map(({ name }) => name).join() === 'Ana,Pau'
  })
  expect((await peopleOf(ana, group)).outsiders).toEqual([])
  expect((await cardIn(luis, group))?.standing).not.toBe('visiting')
})

test('Luis, who may only look, is refused whatever he would add, until Ana lets him', async () => {
  const luis = await join('Luis', { role: 'viewer' })
  const refused = { ok: false, error: { kind: 'not-allowed' } }
  expect(await addPhoto(luis, 'of Luis')).toEqual(refused)
  expect(await luis.engine.createAlbum({ group, title: 'Mine' })).toEqual(refused)
  expect((await luis.engine.overview()).safety.waiting).toBe(0)
  expect(await luis.engine.setRole({ group, member: await meOf(luis), role: 'admin' })).toEqual(
    refused,
  )
  expect(
    await ana.engine.setRole({ group, member: await meOf(luis), role: 'contributor' }),
  ).toEqual({ ok: true, value: { isTold: true } })
  await eventually('Luis may add now', async () => (await addPhoto(luis, 'of Luis')).ok)
  await eventually('Ana has his photo', async () => (await photosOn(ana)) === 1)
})

test('a link that Ana takes back lets nobody in', async () => {
  const link = await linkOf(ana, { group, role: 'contributor' })
  const [open] = (await peopleOf(ana, group)).invitations
  expect(open).toMatchObject({ role: 'contributor', usesLeft: 1, by: 'Ana', mayRevoke: true })
  if (open === undefined) throw new Error('an invitation is open')
  await ana.engine.revokeInvitation({ group, invitation: open.id })
  expect((await peopleOf(ana, group)).invitations).toEqual([])
  const late = startDevice()
  devices.push(late)
  expect(await late.engine.openInvitation(link)).toEqual({
    ok: false,
    error: { kind: 'not-valid-any-more' },
  })
})

test('the agreement is accepted on joining, and asked for again when it changes', async () => {
  const agreement = 'Ask before you show a picture to others.'
  await ana.engine.setAgreement({ group, text: agreement })
  const sam = await join('Sam', { agreement })
  await eventually('Ana sees his yes', async () =>
    (await peopleOf(ana, group)).members.every(({ agreed }) => agreed),
  )
  expect((await cardIn(sam, group))?.asks).toEqual([])
  expect(await sam.engine.setAgreement({ group, text: 'mine' })).toEqual({
    ok: false,
    error: { kind: 'not-allowed' },
  })
  await ana.engine.setAgreement({ group, text: 'Ask first.' })
  await eventually('Sam is asked', async () =>
    (await cardIn(sam, group))?.asks.includes('agreement'),
  )
  const saysYesTo = (text: string) =>
    // Nobody can write while a new key is on its way.
    eventually('Sam says yes', async () => (await sam.engine.acceptAgreement({ group, text })).ok)
  await saysYesTo(agreement)
  expect((await cardIn(sam, group))?.asks).toContain('agreement')
  await saysYesTo('Ask first.')
  expect((await cardIn(sam, group))?.asks).toEqual([])
})

test('Sam leaves: his photos stay, his device is empty; Ana, who looks after it, must hand over first', async () => {
  const sam = await join('Sam')
  await addPhoto(sam, 'a gift')
  await eventually('Ana has it', async () => (await photosOn(ana)) === 1)
  expect(await ana.engine.leaveGroup({ group, abandonUnsent: false })).toEqual({
    ok: false,
    error: { kind: 'must-hand-over' },
  })
  await eventually('all is sent', async () => {
    const facts = await sam.engine.leaving(group)
    return facts?.unsentPhotos === 0 && !facts.unsentChanges
  })
  expect(await sam.engine.leaveGroup({ group, abandonUnsent: false })).toEqual({
    ok: true,
    value: null,
  })
  expect((await sam.engine.overview()).groups).toEqual([])
  await eventually('Ana is alone', async () => (await peopleOf(ana, group)).members.length === 1)
  expect(await photosOn(ana)).toBe(1)
  expect(await ana.engine.leaving(group)).toMatchObject({ isAlone: true, mustHandOver: false })
})

test('Sam without signal cannot leave, and loses nothing by trying', async () => {
  const sam = await join('Sam')
  await relay.kill('SIGTERM')
  await eventually(
    'the place is gone',
    async () => (await sam.engine.leaving(group))?.isReachable === false,
  )
  await addPhoto(sam, 'only here')
  expect(await sam.engine.leaveGroup({ group, abandonUnsent: true })).toEqual({
    ok: false,
    error: { kind: 'offline' },
  })
  expect((await cardIn(sam, group))?.standing).toBe('joined')
  await eventually('the photo is still here', async () => (await photosOn(sam)) === 1)
  expect(await sam.engine.leaving(group)).toMatchObject({ unsentPhotos: 1 })
})

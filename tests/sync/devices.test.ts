import { afterEach, beforeEach, expect, test } from 'vitest'
import type { OwnDevices } from '#lib/engine/device-api.ts'
import type { EngineParts } from '#lib/engine/engine-parts.ts'
import {
  eventually,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import {
  cardIn,
  createSignal,
  memberNamed,
  peopleOf,
  startFamily,
  type SimulatedGroup,
} from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

const app = 'https://photos.rivera.example'
let relay: RunningRelay
const devices: SimulatedDevice[] = []

beforeEach(async () => {
  relay = await startRelay()
})
afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay.dispose()
})

const family = async (parts: Partial<EngineParts> = {}): Promise<SimulatedGroup> => {
  const started = await startFamily(relay, parts)
  devices.push(started.ana)
  return started
}
const another = (parts: Partial<EngineParts> = {}): SimulatedDevice => {
  const device = startDevice(parts)
  devices.push(device)
  return device
}
const linkFrom = async (device: SimulatedDevice, replacing = false) =>
  eventually('a link is made', async () => {
    const made = await device.engine.linkDevice({ groups: null, app, replacing })
    return made.ok ? made.value : null
  })
const stateOf = (
  device: SimulatedDevice,
  state: string,
  link: Awaited<ReturnType<typeof linkFrom>>,
) =>
  eventually(
    `the link is ${state}`,
    async () => (await device.engine.deviceLinkState(link)) === state,
  )
const mine = async (device: SimulatedDevice): Promise<OwnDevices> => {
  const [first] = await device.engine.ownDevices()
  if (first === undefined) throw new Error('this device is in no group')
  return first
}
const photosIn = async (device: SimulatedDevice, { group }: SimulatedGroup) =>
  (await cardIn(device, group))?.albums[0]?.count
const add = (device: SimulatedDevice, { group, album }: SimulatedGroup, name: string) =>
  device.engine.addPhotos({ group, album, files: [{ file: simulatedPhoto(name) }] })

test("Ana's tablet comes in by a link as Ana herself, once, and both add photos", async () => {
  const of = await family()
  await add(of.ana, of, 'phone')
  const link = await linkFrom(of.ana)
  await stateOf(of.ana, 'open', link)
  const tablet = another({ deviceName: 'Tablet' })
  expect(await tablet.engine.arrive(`Open this: ${link.link}`)).toEqual({
    ok: true,
    value: {
      groups: [{ group: of.group, name: 'Family', memberName: 'Ana', outcome: 'joined' }],
    },
  })
  await stateOf(of.ana, 'used', link)
  expect((await add(tablet, of, 'tablet')).ok).toBe(true)
  for (const device of [of.ana, tablet])
    await eventually('both show both photos', async () => (await photosIn(device, of)) === 2)
  expect((await peopleOf(of.ana, of.group)).members).toMatchObject([{ name: 'Ana', devices: 2 }])
  await eventually(
    'the phone knows what the other is called',
    async () =>
      (await mine(of.ana)).devices.map(({ name }) => name).join() === 'Simulated phone,Tablet',
  )
  const stranger = another()
  expect(await stranger.engine.arrive(link.link)).toEqual({
    ok: false,
    error: { kind: 'not-valid-any-more' },
  })
  expect((await stranger.engine.overview()).groups).toEqual([])
})

test('a link carries every group of Ana, each with keys of its own, and is repeated without harm', async () => {
  const of = await family()
  const club = await startRelay()
  try {
    const started = await of.ana.engine.startGroup({
      ...{ groupName: 'Cat Club', memberName: 'Ana of the cats', address: club.origin },
      hostingCode: club.hostingCode(),
    })
    expect(started.ok).toBe(true)
    const link = await linkFrom(of.ana)
    await stateOf(of.ana, 'open', link)
    const tablet = another()
    for (const outcome of ['joined', 'here']) {
      const arrived = await tablet.engine.arrive(link.link)
      const groups = arrived.ok ? arrived.value.groups : []
      expect(groups.map((one) => `${one.name}: ${one.memberName}, ${one.outcome}`).sort()).toEqual([
        `Cat Club: Ana of the cats, ${outcome}`,
        `Family: Ana, ${outcome}`,
      ])
    }
    const keys = (await tablet.engine.ownDevices()).flatMap((one) => one.devices)
    expect(new Set(keys.map(({ id }) => id)).size).toBe(4)
  } finally {
    await club.dispose()
  }
})

test('after ten minutes a link lets nobody in, and the phone says so', async () => {
  let nowMs = Date.now()
  const of = await family({ clock: () => nowMs })
  nowMs -= 11 * 60_000
  const link = await linkFrom(of.ana)
  await stateOf(of.ana, 'open', link)
  nowMs += 11 * 60_000
  expect(await of.ana.engine.deviceLinkState(link)).toBe('closed')
  expect(await another().engine.arrive(link.link)).toMatchObject({
    error: { kind: 'not-valid-any-more' },
  })
})

test('a link that Ana takes back lets nobody in', async () => {
  const of = await family()
  const link = await linkFrom(of.ana)
  await stateOf(of.ana, 'open', link)
  await of.ana.engine.withdrawDeviceLink(link)
  expect(await of.ana.engine.deviceLinkState(link)).toBe('closed')
  await eventually('the place refuses it', async () => {
    const arrived = await another().engine.arrive(link.link)
    return !arrived.ok && arrived.error.kind === 'not-valid-any-more'
  })
})

test('without signal a link waits, and says so, until a place knows it', async () => {
  const signal = createSignal()
  const of = await family({ openLink: signal.openLink })
  signal.lose()
  const link = await linkFrom(of.ana)
  expect(await of.ana.engine.deviceLinkState(link)).toBe('sending')
  signal.find()
  of.ana.engine.signalIsBack()
  await stateOf(of.ana, 'open', link)
})

test('moving waits for what is only here, then leaves nothing behind', async () => {
  const signal = createSignal()
  const of = await family({ openLink: signal.openLink })
  await stateOf(of.ana, 'open', await linkFrom(of.ana))
  signal.lose()
  await add(of.ana, of, 'only here')
  const refused = await of.ana.engine.linkDevice({ groups: null, app, replacing: true })
  expect(refused).toEqual({ ok: false, error: { kind: 'still-waiting', photos: 1 } })
  signal.find()
  of.ana.engine.signalIsBack()
  const link = await linkFrom(of.ana, true)
  await stateOf(of.ana, 'open', link)
  expect(await of.ana.engine.finishMoving(link)).toBe(1)

  const home = another({ deviceName: 'Home screen' })
  expect((await home.engine.arrive(link.link)).ok).toBe(true)
  expect(await photosIn(home, of)).toBe(1)
  await eventually('the tab has left', async () => (await of.ana.engine.finishMoving(link)) === 0)
  expect((await of.ana.engine.overview()).groups).toEqual([])
  await eventually('one device is left', async () => (await mine(home)).devices.length === 1)
  expect((await add(home, of, 'from home')).ok).toBe(true)
  await eventually('it is sent', async () => (await home.engine.overview()).safety.waiting === 0)
})

test('who adds a photo while moving stays: the link does not work any more', async () => {
  const of = await family()
  const link = await linkFrom(of.ana, true)
  await stateOf(of.ana, 'open', link)
  await add(of.ana, of, 'one more')
  expect(await of.ana.engine.deviceLinkState(link)).toBe('closed')
  expect(await of.ana.engine.finishMoving(link)).toBe(1)
})

test('Ana puts her lost tablet out: it is refused, and the key changes', async () => {
  const of = await family()
  const link = await linkFrom(of.ana)
  await stateOf(of.ana, 'open', link)
  const tablet = another({ deviceName: 'Tablet' })
  await tablet.engine.arrive(link.link)
  await stateOf(of.ana, 'used', link)
  const lost = (await mine(of.ana)).devices.find(({ isThis }) => !isThis)
  if (lost === undefined) throw new Error('Ana has two devices')
  const removed = await of.ana.engine.removeDevice({ group: of.group, device: lost.id })
  expect(removed).toEqual({ ok: true, value: { isTold: true } })
  await eventually('the tablet is out', async () => {
    const card = await cardIn(tablet, of.group)
    return card?.standing === 'removed' || card?.asks.includes('refused')
  })
  expect((await mine(of.ana)).devices.length).toBe(1)
  await eventually('Ana can write under a new key', async () => (await add(of.ana, of, 'new')).ok)
})

test('a sheet made without signal lets Ana back in on a fresh phone, and stays good', async () => {
  const signal = createSignal()
  const of = await family({ openLink: signal.openLink })
  await stateOf(of.ana, 'open', await linkFrom(of.ana))
  signal.lose()
  const made = await of.ana.engine.makeRecoverySheet({ app })
  if (!made.ok) throw new Error(made.error.kind)
  expect(made.value).toMatchObject({ memberName: 'Ana', groupNames: ['Family'] })
  expect((await mine(of.ana)).recoverySheet).toBe(true)
  expect(await another().engine.arrive(made.value.text)).toMatchObject({
    error: { kind: 'not-valid-any-more' },
  })
  await add(of.ana, of, 'before the fire')
  expect(await of.ana.engine.isSheetKnown(made.value)).toBe(false)
  signal.find()
  of.ana.engine.signalIsBack()
  await eventually('the sheet is known', () => of.ana.engine.isSheetKnown(made.value))
  await eventually('all is sent', async () => (await of.ana.engine.overview()).safety.waiting === 0)
  signal.lose()
  for (const name of ['New phone', 'Newer phone']) {
    const phone = another({ deviceName: name })
    expect(await phone.engine.arrive(made.value.text)).toMatchObject({
      value: { groups: [{ memberName: 'Ana', outcome: 'joined' }] },
    })
    await eventually('it shows the photo', async () => (await photosIn(phone, of)) === 1)
    expect((await add(phone, of, name)).ok).toBe(true)
    await phone.close()
    devices.splice(devices.indexOf(phone), 1)
  }
  signal.find()
  of.ana.engine.signalIsBack()
  await eventually('three devices and a sheet', async () => {
    const shown = (await mine(of.ana)).devices
    return shown.length === 4 && shown.at(-1)?.isSheet === true
  })
  const sheet = (await mine(of.ana)).devices.at(-1)
  if (sheet === undefined) throw new Error('there is a sheet')
  await of.ana.engine.removeDevice({ group: of.group, device: sheet.id })
  expect(await another().engine.arrive(made.value.text)).toMatchObject({
    error: { kind: 'not-valid-any-more' },
  })
})

test('Ana lets Sam back in on a new phone; his old one is out, and everybody is told', async () => {
  const of = await family()
  const sam = await of.join('Sam')
  const luis = await of.join('Luis')
  devices.push(sam, luis)
  await add(sam, of, 'of the lost phone')
  await eventually('Ana shows it', async () => (await photosIn(of.ana, of)) === 1)
  const member = await memberNamed(of.ana, of.group, 'Sam')
  expect(await luis.engine.letBackIn({ group: of.group, member, app })).toEqual({
    ok: false,
    error: { kind: 'not-allowed' },
  })
  const made = await of.ana.engine.letBackIn({ group: of.group, member, app })
  if (!made.ok) throw new Error(made.error.kind)
  await stateOf(of.ana, 'open', made.value)
  await eventually('the lost phone is out', async () => {
    const card = await cardIn(sam, of.group)
    return card?.standing === 'removed' || card?.asks.includes('refused')
  })
  const phone = another()
  expect(await phone.engine.arrive(made.value.link)).toMatchObject({
    value: { groups: [{ memberName: 'Sam', outcome: 'joined' }] },
  })
  await eventually('Luis is told', async () => {
    const [told] = await luis.engine.recoveries()
    return told?.isDone === true && told.by === 'Ana' && told.member === 'Sam'
  })
  expect(await photosIn(phone, of)).toBe(1)
  expect((await add(phone, of, 'back')).ok).toBe(true)
  await eventually('Luis sees it', async () => (await photosIn(luis, of)) === 2)
  expect((await mine(phone)).helpers).toEqual(['Ana'])
  expect((await mine(of.ana)).helpers).toEqual([])
})

import { afterEach, expect, test } from 'vitest'
import {
  eventually,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const devices: SimulatedDevice[] = []

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay?.dispose()
  relay = null
})

test('Sam starts a group, Ana looks in by the link, joins, and both add photos', async () => {
  relay = await startRelay()
  const sam = startDevice()
  const ana = startDevice()
  devices.push(sam, ana)

  const started = await sam.engine.startGroup({
    groupName: 'Family',
    memberName: 'Sam',
    address: relay.origin,
    hostingCode: relay.hostingCode(),
  })
  if (!started.ok) throw new Error(started.error.kind)
  const { group, album } = started.value
  const added = await sam.engine.addPhotos({
    group,
    album,
    files: [1, 2, 3].map((n) => ({ file: simulatedPhoto(`sam-${n}`) })),
  })
  expect(added).toEqual({ ok: true, value: { taken: 3, problem: null } })
  await eventually(
    'Sam sends everything',
    async () => (await sam.engine.overview()).safety.waiting === 0,
  )

  const invited = await sam.engine.invite({ group, role: 'contributor', uses: 1, days: 7 })
  if (!invited.ok) throw new Error(invited.error.kind)
  const looked = await eventually('the link opens', async () => {
    const opened = await ana.engine.openInvitation(invited.value.link)
    return opened.ok ? opened : null
  })
  expect(looked.value.group).toBe(group)
  const visiting = (await ana.engine.overview()).groups[0]
  expect(visiting).toMatchObject({ name: 'Family', standing: 'visiting', role: 'viewer' })
  expect(visiting?.albums[0]?.count).toBe(3)

  const joined = await ana.engine.joinGroup({ group, memberName: 'Ana' })
  expect(joined).toEqual({ ok: true, value: { group } })
  const one = await ana.engine.addPhotos({
    group,
    album,
    files: [{ file: simulatedPhoto('ana-1') }],
  })
  expect(one.ok).toBe(true)

  for (const device of [sam, ana])
    await eventually('both have four photos and both names', async () => {
      const card = (await device.engine.overview()).groups[0]
      const names = card?.members.map(({ name }) => name).sort()
      return card?.albums[0]?.count === 4 && names?.join() === 'Ana,Sam'
    })
})

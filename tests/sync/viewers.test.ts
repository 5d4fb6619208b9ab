/** Viewers cannot write documents: what they say of themselves goes by talk, and reads like anybody's. */
import { afterEach, expect, test } from 'vitest'
import { eventually, startDevice, type SimulatedDevice } from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const devices: SimulatedDevice[] = []

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay?.dispose()
})

test('Sam reads the name and the yes of Ana, who may only look on, also after he gives her another role', async () => {
  relay = await startRelay()
  const sam = startDevice()
  const ana = startDevice()
  devices.push(sam, ana)
  const started = await sam.engine.startGroup({
    groupName: 'Street',
    memberName: 'Sam',
    address: relay.origin,
    hostingCode: relay.hostingCode(),
  })
  if (!started.ok) throw new Error(started.error.kind)
  const { group } = started.value
  expect(await sam.engine.setAgreement({ group, text: 'Be kind.' })).toMatchObject({ ok: true })
  const invited = await sam.engine.invite({ group, role: 'viewer', uses: 1, days: 7 })
  if (!invited.ok) throw new Error(invited.error.kind)
  await eventually('the link opens', async () => {
    return (await ana.engine.openInvitation(invited.value.link)).ok
  })
  expect(
    await ana.engine.joinGroup({ group, memberName: 'Ana', agreement: 'Be kind.' }),
  ).toMatchObject({ ok: true })

  const seenOf = async (name: string) =>
    (await sam.engine.members(group))?.members.find((member) => member.name === name)
  const seen = await eventually('Sam sees her name', () => seenOf('Ana'))
  expect(seen).toMatchObject({ role: 'viewer', agreed: true })

  await sam.engine.setRole({ group, member: seen.id, role: 'contributor' })
  await eventually('Ana may add photos', async () => {
    return (await ana.engine.overview()).groups[0]?.role === 'contributor'
  })
  expect(await seenOf('Ana')).toMatchObject({ role: 'contributor', agreed: true })
  await ana.crash()
  await eventually('Ana finds her own name again', async () => {
    const members = (await ana.engine.overview()).groups[0]?.members ?? []
    return members.some(({ name }) => name === 'Ana')
  })
})

import { beforeAll, expect, test } from 'vitest'
import type { MemberId } from '#lib/base/ids.ts'
import { inviteTo } from '#lib/engine/inviting.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import { simulateFamily, until, type SimulatedReplica } from '#tests/support/simulated-replicas.ts'
import { createUnreliableRelay, seededRandom } from '#tests/support/unreliable-relay.ts'

beforeAll(prepareAutomerge)

test('a link that has run out unused is taken back, and the next key is not for it', async () => {
  const relay = createUnreliableRelay(seededRandom(1))
  const { devices } = await simulateFamily(relay, 1)
  const [sam] = devices
  if (sam === undefined) throw new Error('a family has a founder')
  const before = sam.replica().state()?.cleanEpoch
  const inviting = { replica: sam.replica(), connections: sam.connections() }
  const invited = await inviteTo(inviting, { role: 'contributor', uses: 1, days: 0 }, Date.now())
  expect(invited.ok).toBe(true)
  await until('the invitation is closed and a new epoch made', () => {
    const state = sam.replica().state()
    const closed = [...(state?.invitations.values() ?? [])].every(({ open }) => !open)
    return closed && state?.cleanEpoch !== null && state?.cleanEpoch !== before
  })
  const state = sam.replica().state()
  const epoch = state?.cleanEpoch ? state.epochs.get(state.cleanEpoch) : undefined
  expect([...(epoch?.boxes.keys() ?? [])]).toEqual([sam.replica().me()?.device])
  await sam.close()
  await relay.close()
})

test('links that Luis made on the phone he lost are taken back with it, and those of who left are not', async () => {
  const relay = createUnreliableRelay(seededRandom(2))
  const { devices } = await simulateFamily(relay, 3)
  const [ana, luis, marta] = devices
  if (ana === undefined || luis === undefined || marta === undefined) throw new Error('three')
  const me = (device: SimulatedReplica) => device.replica().me() ?? failed('a member')
  for (const device of [luis, marta]) {
    await ana
      .replica()
      .operate((parents) =>
        Promise.resolve({ op: 'role', parents, member: me(device).member, role: 'admin' }),
      )
    const inviting = { replica: device.replica(), connections: device.connections() }
    await until(
      'an admin may invite',
      async () =>
        (await inviteTo(inviting, { role: 'viewer', uses: 3, days: 7 }, Date.now())).ok &&
        [...(device.replica().state()?.invitations.values() ?? [])].some(
          ({ open, by }) => open && by === me(device).member,
        ),
    )
  }
  const [ofLuis, ofMarta] = [me(luis), me(marta)]
  const openBy = (member: MemberId) =>
    [...(ana.replica().state()?.invitations.values() ?? [])].filter(
      ({ open, by }) => open && by === member,
    ).length
  await until('Ana knows the links', () => openBy(ofLuis.member) > 0 && openBy(ofMarta.member) > 0)
  const target = { member: ofMarta.member }
  await marta.replica().operate((parents) => Promise.resolve({ op: 'remove', parents, target }))
  const lost = { device: ofLuis.device }
  await ana.replica().operate((parents) => Promise.resolve({ op: 'remove', parents, target: lost }))
  await until('the links of the lost phone are closed', () => openBy(ofLuis.member) === 0)
  await until('Marta is out', () => ana.replica().state()?.members.has(ofMarta.member) === false)
  await until('there is a key again', () => ana.replica().state()?.cleanEpoch !== null)
  expect(openBy(ofMarta.member)).toBeGreaterThan(0)
  for (const device of devices) await device.close()
  await relay.close()
})

function failed(what: string): never {
  throw new Error(`never: ${what}`)
}

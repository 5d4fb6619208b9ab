import { beforeAll, expect, test } from 'vitest'
import { inviteTo } from '#lib/engine/inviting.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import { simulateFamily, until } from '#tests/support/simulated-replicas.ts'
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

/** Luis keeps a link for one more device of his and is out then: it opens nothing any more, whoever made it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { platformRandom } from '#lib/base/ids.ts'
import { dayMs } from '#lib/base/time.ts'
import { deriveInvitationKeys } from '#lib/crypto/derive.ts'
import { deviceTerms } from '#lib/engine/device-links.ts'
import { writeInvitation } from '#lib/engine/inviting.ts'
import { openRelayLink } from '#lib/sync/relay-link.ts'
import { connectProved } from '#tests/support/relay-client.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import { simulateFamily, until } from '#tests/support/simulated-replicas.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay

beforeAll(async () => {
  await prepareAutomerge()
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
})
afterAll(() => relay.dispose())

test.each([
  ['he made it, and left', { maker: 'Luis', remover: 'Luis' }],
  ['Ana made it to let him back in, and put him out', { maker: 'Ana', remover: 'Ana' }],
])('%s', async (_, { maker, remover }) => {
  const reach = { openLink: openRelayLink, fetch }
  const { group, devices } = await simulateFamily(reach, 2, relay.origin)
  const [ana, luis] = devices
  const his = luis?.replica().me()?.member
  if (ana === undefined || luis === undefined || his === undefined) throw new Error('there are two')
  const named = (name: string) => (name === 'Ana' ? ana : luis).replica()
  const seed = platformRandom(32)
  const link = await writeInvitation(named(maker), seed, deviceTerms(his, Date.now() + 900 * dayMs))
  if (link === null) throw new Error('a link can be made')
  await until('both know of it', () =>
    devices.every((device) => device.replica().state()?.invitations.has(link)),
  )
  for (const device of devices)
    await until('all is sent', async () => (await device.store().entries.outboxCount()) === 0)
  const key = { as: 'invitation', seed: deriveInvitationKeys(seed).signSeed } as const
  const before = await connectProved(relay.origin, group, key)
  const keyBefore = ana.replica().state()?.cleanEpoch
  await named(remover).operate((parents) =>
    Promise.resolve({ op: 'remove', parents, target: { member: his } }),
  )
  expect(await before.connection.closed).toBe(1008)
  await until('there is a new key', () => {
    const now = ana.replica().state()?.cleanEpoch ?? null
    return now !== null && now !== keyBefore
  })
  const state = ana.replica().state()
  expect(state?.invitations.get(link)?.open).toBe(false)
  expect(state?.epochs.get(state.cleanEpoch ?? ('' as never))?.boxes.has(link)).toBe(false)
  await expect(connectProved(relay.origin, group, key)).rejects.toThrow('1008')
  for (const device of devices) await device.close()
})

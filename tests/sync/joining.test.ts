/** A link for one, one newcomer after the other: the relay uses each link up in the very moment of the join. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  eventually,
  prepareAutomerge,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

const newcomers = process.env['SLOW'] === '1' ? 100 : 10

let relay: RunningRelay
let sam: SimulatedDevice

beforeAll(async () => {
  await prepareAutomerge()
  relay = await startRelay()
  sam = startDevice()
})

afterAll(async () => {
  await sam.close()
  await relay.dispose()
})

test(
  `${newcomers} newcomers join by a link each, and none is told that it is used up`,
  {
    timeout: 40_000 + newcomers * 10_000,
  },
  async () => {
    const started = await sam.engine.startGroup({
      groupName: 'Street',
      memberName: 'Sam',
      address: relay.origin,
      hostingCode: relay.hostingCode(),
    })
    if (!started.ok) throw new Error(started.error.kind)
    const { group } = started.value
    const outcomes: string[] = []
    for (let n = 1; n <= newcomers; n++) {
      const invited = await eventually('Sam can invite', async () => {
        const outcome = await sam.engine.invite({ group, role: 'contributor', uses: 1, days: 7 })
        return outcome.ok && outcome.value
      })
      await eventually('the link is at the relay', async () => {
        const { safety, groups } = await sam.engine.overview()
        return !safety.offline && groups[0]?.places[0]?.state === 'connected'
      })
      const newcomer = startDevice()
      await eventually('the link opens', async () => {
        return (await newcomer.engine.openInvitation(invited.link)).ok
      })
      const joined = await newcomer.engine.joinGroup({ group, memberName: `neighbour ${n}` })
      outcomes.push(joined.ok ? 'joined' : joined.error.kind)
      await newcomer.close()
    }
    expect(outcomes).toEqual(Array.from({ length: newcomers }, () => 'joined'))
    await eventually('Sam sees everybody', async () => {
      const { groups } = await sam.engine.overview()
      return groups[0]?.members.length === newcomers + 1
    })
  },
)

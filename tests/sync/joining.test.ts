/** A link for one, one newcomer after the other: the relay uses each link up in the very moment of the join. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GroupId } from '#lib/base/ids.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import {
  eventually,
  prepareAutomerge,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { peopleOf } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

const newcomers = process.env['SLOW'] === '1' ? 100 : 10

let relay: RunningRelay
let sam: SimulatedDevice
let group: GroupId

beforeAll(async () => {
  await prepareAutomerge()
  relay = await startRelay()
  sam = startDevice()
  const started = await sam.engine.startGroup({
    groupName: 'Street',
    memberName: 'Sam',
    address: relay.origin,
    hostingCode: relay.hostingCode(),
  })
  if (!started.ok) throw new Error(started.error.kind)
  ;({ group } = started.value)
})

afterAll(async () => {
  await sam.close()
  await relay.dispose()
})

/** A link for one, which the relay has. */
async function linkFromSam(): Promise<string> {
  const invited = await eventually('Sam can invite', async () => {
    const outcome = await sam.engine.invite({ group, role: 'contributor', uses: 1, days: 7 })
    return outcome.ok && outcome.value
  })
  await eventually('the link is at the relay', async () => {
    const { safety, groups } = await sam.engine.overview()
    return !safety.offline && groups[0]?.places[0]?.state === 'connected'
  })
  return invited.link
}

async function standingAfterJoining(newcomer: SimulatedDevice, link: string, name: string) {
  const group = await eventually('the link opens', async () => {
    const opened = await newcomer.engine.openInvitation(link)
    return opened.ok && opened.value.group
  })
  const joined = await newcomer.engine.joinGroup({ group, memberName: name })
  if (!joined.ok) return joined.error.kind
  // The new key that a used-up link leads to comes in these moments.
  await eventually('all is sent', async () => {
    return (await newcomer.engine.overview()).safety.waiting === 0
  })
  return (await newcomer.engine.overview()).groups[0]?.standing
}

test(
  `${newcomers} newcomers join by a link each, slow phones too, and are members then and after a restart`,
  {
    timeout: 40_000 + newcomers * 10_000,
  },
  async () => {
    const outcomes: string[] = []
    for (let n = 1; n <= newcomers; n++) {
      const link = await linkFromSam()
      // Every other phone is slow to write things down.
      const pauseMs = n % 2 === 0 ? 0 : 30
      const disk = createMemoryDisk(async ({ step }) => {
        if (step === 'commit') await new Promise((resolve) => setTimeout(resolve, pauseMs))
      })
      const newcomer = startDevice({}, disk)
      outcomes.push(String(await standingAfterJoining(newcomer, link, `neighbour ${n}`)))
      await newcomer.crash()
      const card = await eventually('it opens again', async () => {
        return (await newcomer.engine.overview()).groups[0]
      })
      outcomes.push(card.standing)
      await newcomer.close()
    }
    expect(outcomes).toEqual(Array.from({ length: 2 * newcomers }, () => 'joined'))
    await eventually('Sam sees everybody', async () => {
      const { groups } = await sam.engine.overview()
      return groups[0]?.members.length === newcomers + 1
    })
  },
)

test('a phone that dies at any moment of its joining goes on where it was, as one member', async () => {
  const deaths = 10
  const invited = await sam.engine.invite({
    ...{ group, role: 'contributor', uses: deaths, days: 7 },
  })
  if (!invited.ok) throw new Error(invited.error.kind)
  const countBefore = (await peopleOf(sam, group)).members.length
  const outcomes: string[] = []
  for (let death = 1; death <= deaths; death++) {
    let left = Infinity
    const disk = createMemoryDisk(({ step }) => {
      if (step === 'commit' && --left === 0) disk.crash()
    })
    const newcomer = startDevice({}, disk)
    await eventually('the link opens', async () => {
      return (await newcomer.engine.openInvitation(invited.value.link)).ok
    })
    left = death
    const joining = newcomer.engine.joinGroup({ group, memberName: `Luis ${death}` })
    await Promise.race([joining.catch(() => null), eventually('it dies', async () => left <= 0)])
    left = Infinity
    await newcomer.crash()
    const again = await newcomer.engine.joinGroup({ group, memberName: `Luis ${death}` })
    outcomes.push(again.ok ? 'joined' : again.error.kind)
    await eventually('Sam sees them once, with their name', async () => {
      const { members } = await peopleOf(sam, group)
      const isNamed = members.some(({ name }) => name === `Luis ${death}`)
      return isNamed && members.length === countBefore + death
    })
    await newcomer.close()
  }
  expect(outcomes).toEqual(Array.from({ length: deaths }, () => 'joined'))
})

/** Sam, a member, floods the group: what others give still arrives, and Ana's app still answers. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { platformRandom, randomId } from '#lib/base/ids.ts'
import { hourMs } from '#lib/base/time.ts'
import { encodeTalk } from '#lib/groups/talk.ts'
import { encodeOperation } from '#lib/membership/operation.ts'
import { hostileCount } from '#tests/support/hostile-entries.ts'
import { takeOver, type HostileVoice } from '#tests/support/hostile-voice.ts'
import {
  eventually,
  prepareAutomerge,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { cardIn, startFamily, type SimulatedGroup } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay
let family: SimulatedGroup
let luis: SimulatedDevice
let sam: HostileVoice

beforeAll(async () => {
  await prepareAutomerge()
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  family = await startFamily(relay)
  luis = await family.join('Luis')
  const app = await family.join('Sam')
  sam = await takeOver(app, { group: family.group, origin: relay.origin })
})
afterAll(async () => {
  await sam.close()
  await family.ana.close()
  await luis.close()
  await relay.dispose()
})

const photosOf = async (device: SimulatedDevice) =>
  (await cardIn(device, family.group))?.albums.find(({ id }) => id === family.album)?.count
let added = 0
const luisAdds = async (): Promise<void> => {
  const { group, album } = family
  const files = [{ file: simulatedPhoto(`photo ${++added}`) }]
  expect((await luis.engine.addPhotos({ group, album, files })).ok).toBe(true)
}

/** One wave: noise under every kind of envelope, comments on things that are not there, and open links. */
async function flood(waves: number): Promise<void> {
  const member = sam.replica.secrets().device?.member
  const key = sam.replica.state()?.cleanEpoch
  if (member === undefined || !key) throw new Error('Sam is a member')
  const wave = (n: number) => {
    const comment = { type: 'comment', item: randomId('ItemId'), atMs: n } as const
    const invitation = {
      ...({ op: 'invite', role: 'viewer', for: 'device', uses: 1, member, key } as const),
      ...{ parents: sam.replica.state()?.heads ?? [], expires: Date.now() + hourMs },
      ...{ sign: platformRandom(32), box: platformRandom(32), lockbox: platformRandom(80) },
    }
    return [
      sam.send('bundle', family.album, platformRandom(60)),
      sam.send('bundle', randomId('DocId'), platformRandom(60)),
      sam.send('talk', family.album, encodeTalk({ ...comment, text: `${n}`, of: null })),
      sam.send('op', null, encodeOperation(invitation)),
    ]
  }
  for (let n = 0; n < waves; n += 10)
    await Promise.all(Array.from({ length: 10 }, (_, more) => wave(n + more)).flat())
}

test('a flood of entries, comments and links: Luis’s photos arrive, and Ana’s app answers', async () => {
  const waves = hostileCount(100)
  const before = process.cpuUsage()
  const over = new AbortController()
  let longestMs = 0
  const asking = (async () => {
    while (!over.signal.aborted) {
      const asked = process.cpuUsage()
      await family.ana.engine.overview()
      const { user, system } = process.cpuUsage(asked)
      longestMs = Math.max(longestMs, Math.round((user + system) / 1000))
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  })()
  const half = flood(waves)
  await luisAdds()
  await half
  await luisAdds()
  await eventually('Ana sees all', async () => (await photosOf(family.ana)) === added, 90_000)
  await eventually('Luis, too', async () => (await photosOf(luis)) === added, 90_000)
  over.abort()
  await asking
  const { user, system } = process.cpuUsage(before)
  const workMs = Math.round((user + system) / 1000)
  console.log(
    `${waves * 4} entries in a flood: ${workMs} ms of work, Ana waits for ${longestMs} ms of it at most`,
  )
  expect(longestMs).toBeLessThan(5000)
})

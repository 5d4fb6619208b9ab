/** A relay with the right key and no honour: nonsense, bombs, forged, forked and rolled-back feeds. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import {
  platformRandom,
  type DeviceId,
  type EntryId,
  type FeedId,
  type RelayId,
} from '#lib/base/ids.ts'
import { encodeFrame, type RelayFrame } from '#lib/wire/frames.ts'
import { cborBombs, withPrototypeNames } from '#tests/support/hostile-bytes.ts'
import { hostileCount } from '#tests/support/hostile-entries.ts'
import {
  enveloped,
  messageOf,
  startHostileRelay,
  type HostileRelay,
  type Mischief,
} from '#tests/support/hostile-relay.ts'
import {
  eventually,
  prepareAutomerge,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { cardIn, startFamily, type SimulatedGroup } from '#tests/support/simulated-group.ts'

let hostile: HostileRelay
let family: SimulatedGroup
let sam: SimulatedDevice

beforeAll(async () => {
  await prepareAutomerge()
  hostile = await startHostileRelay()
  const { fetch, origin, relay } = hostile
  family = await startFamily({ ...relay, origin }, { fetch })
  sam = await family.join('Sam', {}, { fetch })
  await addPhotos(family.ana, 3)
})
afterAll(async () => {
  await family.ana.close()
  await sam.close()
  await hostile.dispose()
})

let added = 0

/** Adds photos and waits until both show all that were ever added. */
async function addPhotos(by: SimulatedDevice, count: number): Promise<void> {
  const { group, album } = family
  const files = Array.from({ length: count }, () => ({ file: simulatedPhoto(`photo ${++added}`) }))
  await by.engine.addPhotos({ group, album, files })
  for (const device of [family.ana, sam])
    await eventually(
      'both show everything',
      async () => {
        device.engine.signalIsBack()
        return (await photosOf(device)) === added
      },
      20_000,
    )
}

async function photosOf(device: SimulatedDevice): Promise<number | undefined> {
  return (await cardIn(device, family.group))?.albums[0]?.count
}

/** Frames that are well formed and absurd. */
function absurdFrames(): RelayFrame[] {
  const most = Number.MAX_SAFE_INTEGER
  const id = 'ab'.repeat(32) as EntryId
  const junk = [platformRandom(200), new Uint8Array(), cborBombs[0] ?? new Uint8Array()]
  const authors = new Map(
    Array.from({ length: 4000 }, (_, n) => [n.toString(16).padStart(64, '0') as DeviceId, most]),
  )
  return [
    { t: 'entries', from: most, to: most, entries: [], live: true },
    { t: 'entries', from: 0, to: most, entries: junk, live: true },
    {
      t: 'entries',
      from: 0,
      to: 0,
      entries: Array.from({ length: 20_000 }, () => junk[1] ?? new Uint8Array()),
      live: false,
    },
    { t: 'selected', entries: junk, more: true, to: most },
    { t: 'have', authors },
    { t: 'appended', n: 0, id, position: most },
    ...Array.from({ length: 5 }, (_, n) => ({ t: 'appended', n, id, position: 0 }) as const),
    ...Array.from(
      { length: 5 },
      (_, n) => ({ t: 'refused', n, code: 'malformed', say: 'no' }) as const,
    ),
    { t: 'pong', n: most },
    { t: 'hello', relay: 'cd'.repeat(32) as RelayId, nonce: platformRandom(32) },
    {
      ...{ t: 'welcome', sig: platformRandom(64), token: platformRandom(32) },
      ...{ feed: 'ef'.repeat(16) as FeedId, end: most, clockMs: most },
    },
  ]
}

/** Messages that are no frames, or only look like some. */
function nonsense(): Bytes[] {
  const real = encodeFrame({
    t: 'entries',
    from: 0,
    to: 1,
    entries: [platformRandom(99)],
    live: true,
  })
  const envelope = { type: 'mantel', senderId: 'relay', targetId: 'device', data: real }
  const tagged = [0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xd9, 0xda, 0xdb].map((tag) =>
    concatBytes(Uint8Array.of(tag, 0xff, 0xff), platformRandom(40)),
  )
  return [
    ...[0xf6, 0xf7, 0xf4, 0xf5, 0xfb, 0x00, 0x20, 0x40, 0x60, 0x80, 0xa0].map((b) =>
      Uint8Array.of(b),
    ),
    new Uint8Array(),
    new Uint8Array(8 * 1024 * 1024),
    new Uint8Array(8 * 1024 * 1024).fill(0x81),
    enveloped(new Uint8Array(8 * 1024 * 1024)),
    utf8('{"type":"mantel","__proto__":{"type":"peer"}}'),
    ...tagged,
    ...cborBombs,
    ...cborBombs.map(enveloped),
    ...withPrototypeNames(envelope),
    ...withPrototypeNames({ t: 'pong', n: 1 }).map(enveloped),
    ...Array.from({ length: 40 }, () => platformRandom(1 + Math.floor(Math.random() * 300))),
    ...Array.from({ length: 40 }, (_, n) => enveloped(real.slice(0, n * 3))),
    encodeCbor({ type: 'peer', senderId: '__proto__', peerMetadata: { '': {} } }),
    encodeCbor({ type: 'error', message: 'x'.repeat(100_000) }),
  ]
}

test('300 pieces of nonsense, 8 MiB frames and bombs among them: the app lives and loses nothing', async () => {
  const messages = [...nonsense(), ...absurdFrames().map(messageOf)]
  const wanted = hostileCount(300)
  const before = process.memoryUsage().rss
  let sent = 0
  hostile.behave((message, frame) => {
    if (frame?.t !== 'welcome' || sent >= wanted) return [message]
    const one = messages[sent++ % messages.length]
    return one === undefined ? [message] : [message, one]
  })
  await eventually(
    'all of it was sent',
    () => {
      sam.engine.signalIsBack()
      hostile.cut()
      return new Promise<boolean>((resolve) => setTimeout(() => resolve(sent >= wanted), 20))
    },
    60_000,
  )
  const answeredMs = performance.now()
  const shown = await photosOf(sam)
  const tookMs = performance.now() - answeredMs
  const grownMib = Math.round((process.memoryUsage().rss - before) / 2 ** 20)
  console.log(
    `${sent} pieces of nonsense: answers in ${Math.round(tookMs)} ms, ${grownMib} MiB more`,
  )
  expect(shown).toBe(added)
  expect(tookMs).toBeLessThan(1000)
  expect(grownMib).toBeLessThan(512)
  hostile.behave(null)
  await addPhotos(sam, 1)
  await addPhotos(family.ana, 1)
})

const forks: readonly (readonly [string, () => Mischief])[] = [
  ['withholds every second entry', () => withholding((n) => n % 2 === 0)],
  ['withholds everything new', () => withholding(() => true)],
  ['shows the feed backwards', () => reordering((entries) => [...entries].reverse())],
  [
    'says everything ten times',
    () => reordering((entries) => Array.from({ length: 10 }, () => entries).flat()),
  ],
  ['goes back to the start of the feed', () => rollingBack()],
]

function withholding(isWithheld: (n: number) => boolean): Mischief {
  let n = 0
  return reordering((entries) => entries.filter(() => !isWithheld(n++)))
}

function reordering(change: (entries: readonly Bytes[]) => readonly Bytes[]): Mischief {
  return (message, frame) =>
    frame?.t === 'entries' || frame?.t === 'selected'
      ? [messageOf({ ...frame, entries: change(frame.entries) })]
      : [message]
}

/** Another feed, whose end is the genesis: a relay restored from its oldest backup. */
function rollingBack(): Mischief {
  return (message, frame) => {
    if (frame?.t === 'entries')
      return [messageOf({ ...frame, from: 0, to: 1, entries: frame.entries.slice(0, 1) })]
    if (frame?.t === 'selected')
      return [messageOf({ ...frame, entries: frame.entries.slice(0, 1), more: false })]
    if (frame?.t === 'have') return [messageOf({ ...frame, authors: new Map() })]
    return [message]
  }
}

for (const [sentence, mischief] of forks)
  test(`a relay that ${sentence} takes nothing away, and honest again brings everything`, async () => {
    const { group, album } = family
    hostile.behave(mischief())
    hostile.cut()
    const files = [{ file: simulatedPhoto(`photo ${++added}`) }]
    await family.ana.engine.addPhotos({ group, album, files })
    await eventually('Ana shows her own', async () => (await photosOf(family.ana)) === added)
    for (let round = 0; round < 5; round++) {
      sam.engine.signalIsBack()
      await new Promise((resolve) => setTimeout(resolve, 50))
      expect(await photosOf(sam)).toBeGreaterThanOrEqual(added - 1)
      expect(await photosOf(family.ana)).toBe(added)
      expect((await cardIn(sam, group))?.members).toHaveLength(2)
    }
    const { quarantined } = await sam.engine.diagnostics()
    expect(quarantined).toEqual([])
    hostile.behave(null)
    hostile.cut()
    await addPhotos(family.ana, 1)
  })

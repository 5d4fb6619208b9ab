/** Sam is a member and names Ana's files in items of his own, with keys, lengths and types that are not theirs. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeToAddItems, readAlbumItem } from '#lib/albums/album-document.ts'
import { encodeItemCore, type ItemCore, type RenditionFacts } from '#lib/albums/item-core.ts'
import { toHex } from '#lib/base/bytes.ts'
import { platformRandom, type BlobId, type ContentHash, type ItemId } from '#lib/base/ids.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMediaReader } from '#lib/storage/media-reader.ts'
import type { PhotoReader } from '#lib/ports/photo-reader.ts'
import type { Edit } from '#lib/sync/documents.ts'
import { encodeBundle } from '#lib/sync/bundle.ts'
import { takeOver, type HostileVoice } from '#tests/support/hostile-voice.ts'
import {
  eventually,
  plainReader,
  prepareAutomerge,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import {
  cardIn,
  startFamily,
  startGroupOn,
  type SimulatedGroup,
} from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

const size = 1_000_000
const photo = simulatedPhoto('a photo of Ana’s', size)

let relay: RunningRelay
let family: SimulatedGroup
let luis: SimulatedDevice
let sam: HostileVoice
let contents: Uint8Array
let item: ItemId
let core: ItemCore
let original: RenditionFacts

beforeAll(async () => {
  await prepareAutomerge()
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  family = await startFamily(relay)
  const { ana, group, album } = family
  luis = await family.join('Luis')
  const app = await family.join('Sam')
  contents = new Uint8Array(await photo.arrayBuffer())
  await ana.engine.addPhotos({ group, album, files: [{ file: photo }] })
  await eventually(
    'Ana has sent it',
    async () => (await ana.engine.overview()).safety.waiting === 0,
  )
  for (const device of [app, luis])
    await eventually('the photo shows', async () => (await countOn(device)) === 1)
  sam = await takeOver(app, { group, origin: relay.origin })
  const [found] = Object.keys(sam.replica.documents.read(album)?.['items'] ?? {})
  item = found as ItemId
  const read = readAlbumItem(sam.replica.documents.read(album), album, item)
  if (!read?.core.renditions.original) throw new Error('Ana added a photo')
  core = read.core
  original = read.core.renditions.original
})
afterAll(async () => {
  await sam.close()
  await family.ana.close()
  await luis.close()
  await relay.dispose()
})

async function countOn(device: SimulatedDevice): Promise<number | undefined> {
  return (await cardIn(device, family.group))?.albums.find(({ id }) => id === family.album)?.count
}

/** Items of Sam's that name the original of Ana's photo, one for each of these; and Ana writes below hers after that. */
async function nameAnew(said: readonly Partial<RenditionFacts>[]): Promise<void> {
  const { ana, group, album } = family
  const before = (await countOn(luis)) ?? 0
  const items = said.map((facts) => {
    const forged = { ...original, ...facts }
    const renditions = { ...core.renditions, thumbnail: forged, original: forged }
    const content = toHex(platformRandom(32)) as ContentHash
    return {
      id: sam.replica.newItemId(album),
      core: encodeItemCore({ ...core, content, renditions }),
    }
  })
  const edit: Edit = changeToAddItems(items)
  await sam.send('bundle', album, encodeBundle([sam.changeOf(album, edit)]))
  await eventually('all see them', async () => {
    const counts = [await countOn(luis), await countOn(ana)]
    return counts.every((count) => count === before + said.length)
  })
  const caption = `nice, ${before} of them`
  expect((await ana.engine.setCaption({ group, item, caption })).ok).toBe(true)
  await eventually('Luis reads it', async () => {
    return (await luis.engine.details({ group, item }))?.caption === caption
  })
}

async function storeOf(device: SimulatedDevice) {
  return createDeviceStore(device.disk.mount()).openGroup(family.group)
}

/** What a device shows of Ana's photo: by parts, whole, and as its service worker reads it. */
async function seenBy(device: SimulatedDevice, blob: BlobId): Promise<Record<string, unknown>> {
  const { group } = family
  const { engine, disk } = device
  const isSame = (bytes: Uint8Array | null) =>
    bytes !== null && Buffer.from(contents).equals(Buffer.from(bytes))
  const facts = await engine.mediaFacts({ group, blob })
  const part = await engine.openPart({ group, blob, from: 0, to: size })
  const whole = await engine.openMedia({ group, blob })
  const found = await createMediaReader(createDeviceStore(disk.mount())).find(group, blob)
  const stream = found.kind === 'found' ? await found.open(0, size) : null
  return {
    facts,
    part: isSame(part),
    whole: isSame(whole && new Uint8Array(await whole.arrayBuffer())),
    media: isSame(stream && new Uint8Array(await new Response(stream).arrayBuffer())),
    isHere: await (await storeOf(device)).blobs.has(blob),
  }
}

test('whatever Sam says of Ana’s file, everybody opens it as before, and nobody’s copy goes', async () => {
  await nameAnew([
    { key: new Uint8Array(16) },
    { key: new Uint8Array(16).fill(7), size: size + 1 },
    { size: size - 1 },
    { size: 2 ** 33 },
    { mime: 'text/html' },
  ])
  const { blob } = original
  const seen = { part: true, whole: true, media: true, isHere: true }
  for (const device of [luis, family.ana])
    expect(await seenBy(device, blob)).toMatchObject({ facts: { size }, ...seen })
})

test('Luis copies it into another group, as it was', async () => {
  const { group } = family
  const club = await startGroupOn(luis, relay)
  const copied = await luis.engine.copyItems({ group, items: [item], to: club })
  expect(copied).toEqual({ ok: true, value: { copied: 1, duplicates: 0, missing: 0 } })
  const { index } = await createDeviceStore(luis.disk.mount()).openGroup(club.group)
  const row = await eventually('the copy shows', async () => {
    const [first] = await index.rows([...((await index.head())?.slots ?? [])])
    return first
  })
  const blob = row.original!.blob
  const opened = await luis.engine.openMedia({ group: club.group, blob })
  expect(Buffer.from(contents).equals(Buffer.from(await opened!.arrayBuffer()))).toBe(true)
})

test.each(['image/svg+xml', 'image/anything+xml', 'image/x-custom', 'video/xml', 'text/html'])(
  'what Sam calls %s is only bytes where a browser opens it',
  async (mime) => {
    const reader: PhotoReader = {
      read: async (...asked) => ({ ...(await plainReader.read(...asked)), mime }),
    }
    const sams = startDevice({ reader })
    const { group, album } = await startGroupOn(sams, relay)
    const file = new File(['<svg onload="alert(1)"/>'], 'a.jpg')
    await sams.engine.addPhotos({ group, album, files: [{ file }] })
    const { index } = await createDeviceStore(sams.disk.mount()).openGroup(group)
    const row = await eventually('it shows', async () => {
      const [first] = await index.rows([...((await index.head())?.slots ?? [])])
      return first
    })
    expect(row.original?.mime).toBe(mime)
    const opened = await sams.engine.openMedia({ group, blob: row.original!.blob })
    expect(opened?.type).toBe('application/octet-stream')
    await sams.close()
  },
)

test('a photo in the bin opens, too, whatever shows beside it', async () => {
  const { group } = family
  const { engine } = family.ana
  expect((await engine.setBinned({ group, items: [item], binned: true })).ok).toBe(true)
  const opened = await engine.openMedia({ group, blob: original.blob })
  expect(Buffer.from(contents).equals(Buffer.from(await opened!.arrayBuffer()))).toBe(true)
})

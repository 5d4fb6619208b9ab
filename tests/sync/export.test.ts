/** Sam takes out the family's photos as a zip: also those that only the relay has, and not those that nobody has. */
import { afterEach, expect, test } from 'vitest'
import {
  BlobReader,
  TextWriter,
  Uint8ArrayWriter,
  ZipReader,
} from '@zip.js/zip.js/lib/zip-core-native.js'
import { parseAlbumsFile } from '#lib/archive/albums-file.ts'
import type { ExportWish } from '#lib/engine/archive-api.ts'
import { startFamily } from '#tests/support/simulated-group.ts'
import {
  eventually,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const devices: SimulatedDevice[] = []
const words = {
  ...{ language: 'en', photos: 'Photos', albums: 'Albums', comments: 'Comments' },
  ...{ notIncluded: 'not here', footer: 'footer', missing: 'These are missing:' },
}

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay?.dispose()
  relay = null
})

async function exported({ engine }: SimulatedDevice, wishes: readonly ExportWish[]) {
  const planned = await engine.planExport({ wishes, words })
  if (!planned.ok) throw new Error(planned.error.kind)
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (;;) {
    const piece = await engine.exportPiece(planned.value.id)
    if (piece === null) throw new Error('the export broke')
    if (piece.bytes !== null) parts.push(piece.bytes)
    else return { plan: planned.value, told: piece, zip: await read(new Blob(parts)) }
  }
}

async function read(zip: Blob) {
  const entries = await new ZipReader(new BlobReader(zip), { strictness: 'strict' }).getEntries()
  const find = (name: string) => {
    const entry = entries.find(({ filename }) => filename === name)
    if (entry === undefined || entry.directory) throw new Error(`no ${name}`)
    return entry
  }
  return {
    names: entries.map(({ filename }) => filename),
    text: (name: string) => find(name).getData(new TextWriter(), { checkSignature: true }),
    bytes: (name: string) => find(name).getData(new Uint8ArrayWriter(), { checkSignature: true }),
  }
}

test('Sam saves what he never opened: fetched, written byte by byte, and not kept', async () => {
  relay = await startRelay()
  const { ana, group, album, join } = await startFamily(relay)
  devices.push(ana)
  const lake = simulatedPhoto('lake', 700_000)
  const cat = simulatedPhoto('cat')
  await ana.engine.addPhotos({ group, album, files: [{ file: lake }, { file: cat }] })
  const said = await eventually('both are in', async () => {
    const { groups, safety } = await ana.engine.overview()
    return safety.waiting === 0 && groups[0]?.albums[0]?.count === 2
  })
  expect(said).toBe(true)
  const sam = await join('Sam')
  devices.push(sam)
  await eventually('Sam sees both', async () => {
    const card = (await sam.engine.overview()).groups[0]
    return card?.albums[0]?.count === 2
  })

  const { plan, told, zip } = await exported(sam, [{ group }])
  expect(plan).toMatchObject({ photos: 2, bytes: lake.size + cat.size })
  expect(told).toMatchObject({ photos: 2, doneBytes: lake.size + cat.size, missing: [] })
  const file = parseAlbumsFile(await zip.text('albums.json'))
  const items = file?.groups[0]?.items ?? []
  for (const original of [lake, cat]) {
    const item = items.find(({ name }) => name === original.name)
    const [stored] = item?.files ?? []
    expect(item?.author).toBe('Ana')
    const bytes = await zip.bytes(stored?.path ?? '')
    expect(Buffer.from(bytes).equals(Buffer.from(await original.arrayBuffer()))).toBe(true)
    expect(zip.names).toContain(`${stored?.path ?? ''}.xmp`)
  }
  expect(await zip.text('index.html')).toContain('Family')
  const kept = (await sam.engine.storage()).groups[0]?.blobBytes
  expect(kept).toBeLessThan(lake.size)
})

test('a photo whose original nobody can give is named, and the zip is whole without it', async () => {
  relay = await startRelay()
  const { ana, group, album, join } = await startFamily(relay)
  devices.push(ana)
  await ana.engine.addPhotos({ group, album, files: [{ file: simulatedPhoto('lake', 5000) }] })
  await eventually('all is sent', async () => (await ana.engine.overview()).safety.waiting === 0)
  const sam = await join('Sam', {}, { online: () => false })
  devices.push(sam)
  await eventually('Sam sees it', async () => {
    return (await sam.engine.overview()).groups[0]?.albums[0]?.count === 1
  })
  await relay.kill()
  const { told, zip } = await exported(sam, [{ group, album }])
  expect(told.missing).toEqual([expect.stringContaining('lake.jpg')])
  expect(await zip.text('not-included.txt')).toContain('lake.jpg')
  expect(parseAlbumsFile(await zip.text('albums.json'))?.groups[0]?.items[0]?.files).toEqual([])
})

test('Ana ends an export half-way, and the next one is whole', async () => {
  relay = await startRelay()
  const { ana, group, album } = await startFamily(relay)
  devices.push(ana)
  const files = [1, 2, 3].map((n) => ({ file: simulatedPhoto(`p${n}`, 1_500_000) }))
  await ana.engine.addPhotos({ group, album, files })
  await eventually('all are in', async () => {
    return (await ana.engine.overview()).groups[0]?.albums[0]?.count === 3
  })
  const planned = await ana.engine.planExport({ wishes: [{ group }], words })
  if (!planned.ok) throw new Error(planned.error.kind)
  await ana.engine.exportPiece(planned.value.id)
  await ana.engine.endExport(planned.value.id)
  expect(await ana.engine.exportPiece(planned.value.id)).toBeNull()
  expect((await exported(ana, [{ group }])).told.photos).toBe(3)
})

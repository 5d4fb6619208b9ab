/** Photos leave a group as a zip and come into another: the same files, dates, places, captions, albums and order. */
import { afterEach, expect, test } from 'vitest'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import { makeZip, patchRecord, recordFields } from '#tests/support/make-zip.ts'
import { startFamily } from '#tests/support/simulated-group.ts'
import {
  eventually,
  plainReader,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

const relays: RunningRelay[] = []
const devices: SimulatedDevice[] = []
const words = {
  ...{ language: 'en', photos: 'Photos', albums: 'Albums', comments: 'Comments' },
  ...{ notIncluded: 'not here', footer: 'footer', missing: 'These are missing:' },
}

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  for (const relay of relays.splice(0)) await relay.dispose()
})

interface At {
  readonly group: GroupId
  readonly album: DocId
}

async function family(parts = {}) {
  const relay = await startRelay()
  relays.push(relay)
  const started = await startFamily(relay, parts)
  devices.push(started.ana)
  return started
}

/** Every album with what it shows, as an export tells it; ids are of the group and so left out. */
async function toldOf({ engine }: SimulatedDevice, group: GroupId) {
  const planned = await engine.planExport({ wishes: [{ group }], words })
  if (!planned.ok) throw new Error(planned.error.kind)
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (;;) {
    const piece = await engine.exportPiece(planned.value.id)
    if (piece === null) throw new Error('the export broke')
    if (piece.bytes === null) break
    parts.push(piece.bytes)
  }
  const zip = new File(parts, planned.value.name)
  const { openZip } = await import('#lib/archive/zip-reader.ts')
  const { parseAlbumsFile } = await import('#lib/archive/albums-file.ts')
  const opened = await openZip(zip)
  const { signal } = new AbortController()
  const file = opened.ok ? opened.value.find(({ path }) => path === 'albums.json') : undefined
  const told = parseAlbumsFile(await ((await file?.read(signal)) ?? new Blob()).text())?.groups[0]
  const items = new Map(told?.items.map((item) => [item.id, item]))
  const albums = told?.albums.map(({ title, order, cover, items: ids }) => ({
    ...{ title, order, cover: cover === null ? null : items.get(cover)?.name },
    items: ids.map((id) => {
      const item = items.get(id)
      const [original] = item?.files ?? []
      return { name: item?.name, content: original?.content, path: original?.path }
    }),
  }))
  const facts = [...items.values()].map(({ name, taken, place, caption }) => ({
    ...{ name, taken, place, caption },
  }))
  const inOrder = facts.sort((a, b) =>
    `${a.name}${a.caption}`.localeCompare(`${b.name}${b.caption}`),
  )
  return { zip, albums, facts: inOrder }
}

async function bringIn({ engine }: SimulatedDevice, zips: readonly File[], at: At) {
  const opened = await engine.openZips(zips)
  if (!opened.ok) throw new Error(opened.error.kind)
  const { id } = opened.value
  const imported = await engine.importZips({ id, ...at, byFolder: true })
  return { contents: opened.value, imported }
}

test('what Ana takes out of one group comes into an empty one as it was', async () => {
  const { ana, group, album } = await family()
  const { engine } = ana
  const files = ['lake', 'cat', 'boat'].map((name) => ({ file: simulatedPhoto(name) }))
  await engine.addPhotos({ group, album, files })
  const made = await engine.createAlbum({ group, title: 'By hand' })
  if (!made.ok) throw new Error(made.error.kind)
  const byHand = made.value.album
  const tiles = await eventually('all are in', async () => {
    const { groups } = await engine.overview()
    return groups[0]?.albums.find(({ id }) => id === album)?.count === 3 ? groups : null
  })
  expect(tiles).toHaveLength(1)
  const ids = await itemsOf(ana, group)
  const [lake, cat, boat] = ['lake.jpg', 'cat.jpg', 'boat.jpg'].map((name) => ids.get(name))
  if (!lake || !cat || !boat) throw new Error('three photos')
  await engine.setCaption({ group, item: lake, caption: 'The lake & us' })
  const taken = { takenMs: Date.UTC(1987, 6, 14, 12), offsetMinutes: -210 }
  await engine.setTaken({ group, items: [{ item: lake, ...taken }] })
  await engine.setPlace({ group, items: [cat], place: { latitudeE7: 1, longitudeE7: -2 } })
  await engine.copyToAlbum({ group, items: [lake, boat], album: byHand })
  await engine.moveToAlbum({ group, items: [cat], album: byHand })
  const first = [...(await itemsOf(ana, group, byHand)).values()]
  await engine.placeInAlbum({ group, album: byHand, items: [first[0] ?? cat], before: null })
  await engine.setAlbumCover({ group, album: byHand, item: cat })
  const before = await toldOf(ana, group)
  expect(before.albums?.map(({ items }) => items.length)).toEqual([2, 3])

  const other = await family()
  const { contents, imported } = await bringIn(other.ana, [before.zip], other)
  expect(contents).toMatchObject({ source: 'mantel', photos: 5, loose: 0 })
  expect(imported).toMatchObject({ ok: true, value: { added: 3, duplicates: 0, failed: [] } })
  const after = await toldOf(other.ana, other.group)
  expect(after.facts).toEqual(before.facts)
  expect(after.albums).toEqual(before.albums)

  const again = await bringIn(other.ana, [before.zip], other)
  expect(again.imported).toMatchObject({ ok: true, value: { added: 0, duplicates: 3 } })
  expect((await toldOf(other.ana, other.group)).albums).toEqual(before.albums)
})

test('Takeout in two parts: side-cars fill in, albums are albums, and nothing is there twice', async () => {
  const undated = {
    ...plainReader,
    read: async (file: Blob, signal: AbortSignal) => ({
      ...(await plainReader.read(file, signal)),
      taken: null,
    }),
  }
  const { ana, group, album } = await family({ reader: undated })
  const bytes = async (name: string) => new Uint8Array(await simulatedPhoto(name).arrayBuffer())
  const sideCar = (description: string, more = {}) =>
    JSON.stringify({
      ...{ description, photoTakenTime: { timestamp: '1717237805' } },
      ...{ geoData: { latitude: 46.5, longitude: 7.25 }, ...more },
    })
  const root = 'Takeout/Google Photos'
  const one = await makeZip([
    [`${root}/Photos from 2024/lake.jpg`, await bytes('lake')],
    [`${root}/Photos from 2024/cat.jpg`, await bytes('cat')],
    [`${root}/Bin/old.jpg`, await bytes('old')],
    [`${root}/Bin/old.jpg.json`, sideCar('', { trashed: true })],
    [`${root}/Summer/metadata.json`, '{"title":"Summer by the lake"}'],
  ])
  const two = await makeZip([
    [`${root}/Summer/lake.jpg`, await bytes('lake')],
    [`${root}/Summer/lake.jpg.supplemental-metadata.json`, sideCar('Our lake')],
    [`${root}/Photos from 2024/cat.jpg.supplemental-metad.json`, sideCar('Mia')],
    ['Takeout/archive_browser.html', '<p>'],
  ])
  const { contents, imported } = await bringIn(ana, [one, two], { group, album })
  expect(contents).toMatchObject({ source: 'takeout', albums: ['Summer by the lake'], loose: 3 })
  expect(imported).toMatchObject({ ok: true, value: { added: 2, failed: [] } })
  const told = await toldOf(ana, group)
  const places = told.albums?.map(({ title, items }) => [title, items.map(({ name }) => name)])
  expect(places).toEqual([
    ['Our photos', ['cat.jpg']],
    ['Summer by the lake', ['lake.jpg']],
  ])
  const offsetMinutes = 0 - new Date(1_717_237_805_000).getTimezoneOffset()
  const taken = { takenMs: 1_717_237_805_000 + offsetMinutes * 60_000, offsetMinutes }
  const place = { latitudeE7: 465_000_000, longitudeE7: 72_500_000 }
  expect(told.facts).toEqual([
    { name: 'cat.jpg', taken, place, caption: 'Mia' },
    { name: 'lake.jpg', taken, place, caption: 'Our lake' },
  ])
})

test('a zip with one damaged photo is refused, and none of the others is taken', async () => {
  const { ana, group, album } = await family()
  const zip = await makeZip([
    ['a.jpg', new Uint8Array(1000).fill(1)],
    ['b.jpg', new Uint8Array(1000).fill(2)],
  ])
  const bytes = new Uint8Array(await zip.arrayBuffer())
  bytes[bytes.lastIndexOf(2, bytes.length - 500)] = 3
  const { imported } = await bringIn(ana, [new File([bytes], 'holiday.zip')], { group, album })
  expect(imported).toEqual({ ok: false, error: { kind: 'damaged', name: 'b.jpg' } })
  expect((await ana.engine.overview()).groups[0]?.albums).toMatchObject([{ count: 0 }])
})

test('of a zip with photos that nobody can unpack here the others come in, and each reason is said', async () => {
  const { ana, group, album } = await family()
  const names = ['a', 'b', 'c']
  const photos = await Promise.all(names.map((name) => simulatedPhoto(name).bytes()))
  const zip = await makeZip(names.map((name, n) => [`${name}.jpg`, photos[n]!]))
  const { flags, method } = recordFields
  const locked = await patchRecord(zip, 1, { at: flags, value: 1, bytes: 2 })
  const packed = await patchRecord(locked, 2, { at: method, value: 9, bytes: 2 })
  const { contents, imported } = await bringIn(ana, [packed], { group, album })
  const left = [
    { name: 'b.jpg', why: { kind: 'encrypted' } },
    { name: 'c.jpg', why: { kind: 'unknown-packing', way: 'Deflate64' } },
  ]
  expect(contents).toMatchObject({ photos: 1, locked: left })
  expect(imported).toMatchObject({ ok: true, value: { added: 1, failed: [], locked: left } })

  const refused = async (file: File) => {
    const opened = await ana.engine.openZips([file])
    return !opened.ok && opened.error
  }
  expect(await refused(await makeZip([['a.jpg', photos[0]!]], { password: 'x' }))).toEqual({
    ...{ kind: 'encrypted', name: 'a.jpg' },
  })
  const one = await makeZip([['a.jpg', photos[0]!]])
  const large = await patchRecord(one, 0, { at: method, value: 9, bytes: 2 })
  expect(await refused(large)).toEqual({ kind: 'unknown-packing', name: 'Deflate64' })
})

async function itemsOf({ disk }: SimulatedDevice, group: GroupId, album?: DocId) {
  const { createDeviceStore } = await import('#lib/storage/device-store.ts')
  const { index } = await createDeviceStore(disk.mount()).openGroup(group)
  const head = await index.head()
  const rows = head === null ? [] : await index.rows([...head.slots])
  return new Map(
    rows.flatMap((row) =>
      row === null || (album !== undefined && row.album !== album) ? [] : [[row.name, row.item]],
    ),
  )
}

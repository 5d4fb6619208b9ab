/** Photos leave a group as a zip and come into another: the same files, dates, places, captions, albums and order. */
import { afterEach, expect, test } from 'vitest'
import type { PhotoReader } from '#lib/ports/photo-reader.ts'
import { makeZip, patchRecord, recordFields } from '#tests/support/make-zip.ts'
import { startFamily } from '#tests/support/simulated-group.ts'
import {
  eventually,
  plainReader,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import { bringIn, itemsOf, takeoutSays, textIn, toldOf } from '#tests/support/zips-of-groups.ts'

const relays: RunningRelay[] = []
const devices: SimulatedDevice[] = []
afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  for (const relay of relays.splice(0)) await relay.dispose()
})

async function family(parts = {}) {
  const relay = await startRelay()
  relays.push(relay)
  const started = await startFamily(relay, parts)
  devices.push(started.ana)
  return started
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

test('photos that are called like pages leave as photos, and come in again as they were called', async () => {
  const kinds: PhotoReader = {
    read: async (file, ...more) => {
      const bytes = file instanceof Blob ? await file.bytes() : file.bytes
      const kind = bytes[0] === 'a letter'.charCodeAt(0) ? 'file' : 'photo'
      return { ...(await plainReader.read(file, ...more)), kind }
    },
  }
  const { ana, group, album } = await family({ reader: kinds })
  const script = '<script>alert(1)</script>'
  const files = ['IMG_1.html', 'IMG_2.SVG', 'IMG_3.exe', 'IMG_4', 'IMG_5.jpg'].map((name) => ({
    file: new File([script, name], name, { type: 'image/jpeg' }),
  }))
  const letter = { file: new File(['a letter ', script], 'letter.html', { type: 'text/html' }) }
  await ana.engine.addPhotos({ group, album, files: [...files, letter] })
  await eventually('all are in', async () => {
    return (await ana.engine.overview()).groups[0]?.albums[0]?.count === 6
  })
  const before = await toldOf(ana, group)
  // Those of one moment stand in no order.
  const namesIn = ({ albums = [] }: Awaited<ReturnType<typeof toldOf>>) =>
    albums.flatMap(({ items }) => items.map(({ name = '', path = '' }) => [path, name])).sort()
  const paths = namesIn(before).map(([path = '']) => path.replace(/^.* /, ''))
  expect(paths.sort()).toEqual([
    ...[
      'IMG_1.html.jpg',
      'IMG_2.SVG.jpg',
      'IMG_3.exe.jpg',
      'IMG_4.jpg',
      'IMG_5.jpg',
      'letter.html',
    ],
  ])
  const page = await textIn(before.zip, 'index.html')
  const links = [...page.matchAll(/href="\.\/([^"]*)"/g)].map(([, path]) => path ?? '')
  expect(links).toHaveLength(5)
  expect(links.every((path) => path.endsWith('.jpg'))).toBe(true)

  const other = await family({ reader: kinds })
  const { imported } = await bringIn(other.ana, [before.zip], other)
  expect(imported).toMatchObject({ ok: true, value: { added: 6, failed: [] } })
  const after = await toldOf(other.ana, other.group)
  expect(after.facts).toEqual(before.facts)
  expect(namesIn(after)).toEqual(namesIn(before))
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
  const root = 'Takeout/Google Photos'
  const one = await makeZip([
    [`${root}/Photos from 2024/lake.jpg`, await bytes('lake')],
    [`${root}/Photos from 2024/cat.jpg`, await bytes('cat')],
    [`${root}/Bin/old.jpg`, await bytes('old')],
    [`${root}/Bin/old.jpg.json`, takeoutSays('', { trashed: true })],
    [`${root}/Summer/metadata.json`, '{"title":"Summer by the lake"}'],
  ])
  const two = await makeZip([
    [`${root}/Summer/lake.jpg`, await bytes('lake')],
    [`${root}/Summer/lake.jpg.supplemental-metadata.json`, takeoutSays('Our lake')],
    [`${root}/Photos from 2024/cat.jpg.supplemental-metad.json`, takeoutSays('Mia')],
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

/** Live photos that come out of zips: the two halves are one, wherever in the zips each of them lies. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { IndexRow } from '#lib/ports/index-store.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { liveFilm, liveIdentifier as identifier, liveStill } from '#tests/support/live-photo.ts'
import { makeZip } from '#tests/support/make-zip.ts'
import { photosFolder, samplePhotos } from '#tests/support/photos.ts'
import { eventually } from '#tests/support/simulated-device.ts'
import { startFamily, type SimulatedGroup } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay
let family: SimulatedGroup
const still = liveStill({ name: 'IMG_7.JPG', identifier })
const film = liveFilm({ name: 'IMG_7.MOV', identifier })

beforeEach(async () => {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  family = await startFamily(relay)
})

afterEach(async () => {
  await family.ana.close()
  await relay.dispose()
})

async function bringIn(...zips: File[]) {
  const { ana, group, album } = family
  const opened = await ana.engine.openZips(zips)
  if (!opened.ok) throw new Error(opened.error.kind)
  const { id } = opened.value
  return ana.engine.importZips({ id, group, album, byFolder: true })
}

async function shows(count: number): Promise<IndexRow[]> {
  return eventually(`${count} photos show`, async () => {
    const { safety } = await family.ana.engine.overview()
    const { index } = await createDeviceStore(family.ana.disk.mount()).openGroup(family.group)
    const rows = await index.rows([...((await index.head())?.slots ?? [])])
    const shown = rows.filter((row) => row !== null)
    return safety.importing === null && shown.length === count && shown
  })
}

/** Whether it has both files of the live photo, byte for byte. */
async function isLive(row: IndexRow | undefined): Promise<boolean> {
  for (const [rendition, file] of [
    [row?.original, still],
    [row?.motion, film],
  ] as const) {
    if (!rendition) return false
    const { group, ana } = family
    const opened = await ana.engine.openMedia({ group, blob: rendition.blob })
    if (opened === null) return false
    const [is, was] = await Promise.all([opened.arrayBuffer(), file.arrayBuffer()])
    if (!Buffer.from(is).equals(Buffer.from(was))) return false
  }
  return true
}

const bytesOf = async (file: File) => new Uint8Array(await file.arrayBuffer())

test('of a zip of files the halves come together by name, and what only seems so stays two', async () => {
  const long = liveFilm({ name: 'IMG_8.MP4', seed: 8 }, 60)
  const zip = await makeZip([
    ['Holiday/IMG_7.JPG', await bytesOf(still)],
    ['Holiday/IMG_7.MOV', await bytesOf(film)],
    ['Holiday/IMG_8.JPG', await bytesOf(liveStill({ name: 'IMG_8.JPG', seed: 8 }))],
    ['Holiday/IMG_8.MP4', await bytesOf(long)],
  ])
  const brought = await bringIn(zip)
  expect(brought).toEqual({ ok: true, value: { added: 3, duplicates: 0, failed: [], locked: [] } })
  const rows = await shows(3)
  const live = rows.filter(({ motion }) => motion !== null)
  expect(live.map(({ name }) => name)).toEqual(['IMG_7.JPG'])
  expect(await isLive(live[0])).toBe(true)
})

test('of a Takeout in parts the halves come together, whichever part and album each is in', async () => {
  const pixelStill = liveStill({ name: 'PXL_1.MP.jpg', seed: 9 })
  const pixelFilm = liveFilm({ name: 'PXL_1.MP', seed: 9 }, 2)
  const root = 'Takeout/Google Photos'
  const one = await makeZip([
    [`${root}/Photos from 2024/IMG_7.JPG`, await bytesOf(still)],
    [`${root}/Photos from 2024/PXL_1.MP`, await bytesOf(pixelFilm)],
    [`${root}/Summer/metadata.json`, '{"title":"Summer"}'],
    [`${root}/Summer/IMG_7.MOV`, await bytesOf(film)],
  ])
  const two = await makeZip([
    [`${root}/Photos from 2024/IMG_7.MOV`, await bytesOf(film)],
    [`${root}/Photos from 2024/PXL_1.MP.jpg`, await bytesOf(pixelStill)],
    [
      `${root}/Photos from 2024/PXL_1.MP.jpg.supplemental-metadata.json`,
      '{"description":"Waves","photoTakenTime":{"timestamp":"1717237805"}}',
    ],
    [`${root}/Summer/IMG_7.JPG`, await bytesOf(still)],
  ])
  const brought = await bringIn(one, two)
  expect(brought).toMatchObject({ ok: true, value: { added: 2, duplicates: 0, failed: [] } })
  const rows = (await shows(2)).sort((a, b) => a.name.localeCompare(b.name))
  expect(rows.map(({ name, motion }) => [name, motion?.size])).toEqual([
    ['IMG_7.JPG', film.size],
    ['PXL_1.MP.jpg', pixelFilm.size],
  ])
  expect(await isLive(rows[0])).toBe(true)
  const waves = await family.ana.engine.details({ group: family.group, item: rows[1]!.item })
  expect(waves?.caption).toBe('Waves')
  expect(await bringIn(two, one)).toMatchObject({ ok: true, value: { added: 0, failed: [] } })
  await shows(2)
})

test.runIf(photosFolder() !== null)(
  'an iPhone’s own HEIC in a zip keeps its film, which was named by another program',
  async () => {
    const heic = samplePhotos('formats').find(({ name }) => name.endsWith('img_2927.heic'))
    const shot = liveFilm({ name: 'IMG_2927.mov', seed: 4 })
    const zip = await makeZip([
      ['Photos/img_2927.HEIC', heic!.read()],
      ['Photos/IMG_2927.mov', new Uint8Array(await shot.arrayBuffer())],
    ])
    const brought = await bringIn(zip)
    expect(brought).toMatchObject({ ok: true, value: { added: 1, failed: [] } })
    const [row] = await shows(1)
    expect(row).toMatchObject({ name: 'img_2927.HEIC', motion: { size: shot.size } })
  },
)

test('of a library that was divided into zips the halves come together across folders, where both say that they are one', async () => {
  const named = { name: 'IMG_7.HEIC', identifier: 'another', seed: 5 }
  const one = await makeZip([
    ['Part 1 of 2/Photos/img_7.HEIC', await bytesOf(still)],
    // Another photo that has the same name, as cameras begin anew with their numbers.
    ['Part 1 of 2/Older/IMG_7.HEIC', await bytesOf(liveStill(named))],
  ])
  const two = await makeZip([['Part 2 of 2/Photos/IMG_7.MOV', await bytesOf(film)]])
  const brought = await bringIn(one, two)
  expect(brought).toMatchObject({ ok: true, value: { added: 2, duplicates: 0, failed: [] } })
  const rows = await shows(2)
  const live = rows.filter(({ motion }) => motion !== null)
  expect(live.map(({ name }) => name)).toEqual(['img_7.HEIC'])
  expect(await isLive(live[0])).toBe(true)
})

test('of a Takeout part brought in alone, a film that comes later stands by itself', async () => {
  const folder = 'Takeout/Google Photos/Photos from 2024'
  for (const file of [still, film]) {
    const brought = await bringIn(await makeZip([[`${folder}/${file.name}`, await bytesOf(file)]]))
    expect(brought).toEqual({
      ok: true,
      value: { added: 1, duplicates: 0, failed: [], locked: [] },
    })
  }
  const rows = await shows(2)
  expect(rows.map(({ name, motion }) => [name, motion]).sort()).toEqual([
    ['IMG_7.JPG', null],
    ['IMG_7.MOV', null],
  ])
})

test('a film that only one of two folders has beside the still is not lost', async () => {
  const root = 'Takeout/Google Photos'
  const zip = await makeZip([
    [`${root}/Summer/metadata.json`, '{"title":"Summer"}'],
    [`${root}/Summer/IMG_7.JPG`, await bytesOf(still)],
    [`${root}/Photos from 2024/IMG_7.JPG`, await bytesOf(still)],
    [`${root}/Photos from 2024/IMG_7.MOV`, await bytesOf(film)],
  ])
  await bringIn(zip)
  const rows = await shows(2)
  expect(rows.map(({ name }) => name).sort()).toEqual(['IMG_7.JPG', 'IMG_7.MOV'])
})

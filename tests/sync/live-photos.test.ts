/** Ana's live photos: a still and its film, kept, sent, copied, taken out and deleted as one. */
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import type { ImportNotice } from '#lib/engine/api.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import type { IndexRow } from '#lib/ports/index-store.ts'
import { liveFilm, liveIdentifier as identifier, liveStill } from '#tests/support/live-photo.ts'
import {
  eventually,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startFamily, type SimulatedGroup } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay
let family: SimulatedGroup
let group: GroupId
let album: DocId
let ana: SimulatedDevice
const devices: SimulatedDevice[] = []
const still = liveStill({ name: 'IMG_7.JPG', identifier })
const film = liveFilm({ name: 'IMG_7.MOV', identifier })
const words = {
  ...{ language: 'en', photos: 'Photos', albums: 'Albums', comments: 'Comments' },
  ...{ notIncluded: 'not here', footer: 'footer', missing: 'These are missing:' },
}

beforeEach(async () => {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  family = await startFamily(relay)
  ;({ group, album, ana } = family)
  devices.push(ana)
})

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await relay.dispose()
})

async function rowsOn(device: SimulatedDevice, of = group): Promise<IndexRow[]> {
  const { index } = await createDeviceStore(device.disk.mount()).openGroup(of)
  const rows = await index.rows([...((await index.head())?.slots ?? [])])
  return rows.filter((row) => row !== null)
}

async function shows(device: SimulatedDevice, count: number, of = group): Promise<IndexRow[]> {
  return eventually(`${count} photos show`, async () => {
    const { safety } = await device.engine.overview()
    const rows = await rowsOn(device, of)
    return safety.importing === null && rows.length === count && rows
  })
}

async function allSent(device: SimulatedDevice): Promise<void> {
  await eventually('all is sent', async () => (await device.engine.overview()).safety.waiting === 0)
}

/** Adds files, and answers what was told of each. */
async function add(...files: File[]): Promise<ImportNotice['outcome']['kind'][]> {
  const told: ImportNotice['outcome']['kind'][] = []
  await ana.engine.subscribe((event) => {
    if (event.kind === 'import') told.push(event.notice.outcome.kind)
  })
  const added = await ana.engine.addPhotos({ group, album, files: files.map((file) => ({ file })) })
  if (!added.ok || added.value.problem !== null) throw new Error('the files were not taken')
  await eventually('all are read', async () => {
    const { importing } = (await ana.engine.overview()).safety
    return importing === null && told.length >= added.value.taken
  })
  return told
}

async function sameBytes(device: SimulatedDevice, of: GroupId, row: IndexRow): Promise<boolean> {
  for (const [rendition, file] of [
    [row.original, still],
    [row.motion, film],
  ] as const) {
    if (rendition === null) return false
    const opened = await device.engine.openMedia({ group: of, blob: rendition.blob })
    if (opened === null) return false
    const [is, was] = await Promise.all([opened.arrayBuffer(), file.arrayBuffer()])
    if (!Buffer.from(is).equals(Buffer.from(was))) return false
  }
  return true
}

test('Ana picks a still and its film among others: one photo, and Sam has both files byte for byte', async () => {
  expect(await add(film, simulatedPhoto('lake'), still)).toEqual(['added', 'added'])
  await allSent(ana)
  const sam = await family.join('Sam')
  devices.push(sam)
  const live = (await shows(sam, 2)).find(({ motion }) => motion !== null)!
  expect(live).toMatchObject({ name: 'IMG_7.JPG', original: { size: still.size } })
  expect(live.motion).toMatchObject({ size: film.size, mime: 'video/quicktime' })
  expect(await sameBytes(sam, group, live)).toBe(true)
  const details = await sam.engine.details({ group, item: live.item })
  expect(details?.bytes).toBe(still.size + film.size)
})

test('either file alone, or both once more, are there already', async () => {
  await add(still, film)
  expect(await add(film)).toEqual(['duplicate'])
  expect(await add(still)).toEqual(['duplicate'])
  expect(await add(film, still)).toEqual(['duplicate'])
  const { safety } = await ana.engine.overview()
  expect(safety.importing).toBeNull()
  await shows(ana, 1)
})

test('where the still was there without its film, the film is not lost: it stands by itself', async () => {
  await add(still)
  expect(await add(still, film)).toEqual(['duplicate', 'added'])
  const rows = await shows(ana, 2)
  expect(rows.map(({ name, motion }) => [name, motion]).sort()).toEqual([
    ['IMG_7.JPG', null],
    ['IMG_7.MOV', null],
  ])
})

test('a kill after both files are safe leaves one whole live photo', async () => {
  const files = [still, film].map((file) => ({ file }))
  const added = await ana.engine.addPhotos({ group, album, files })
  expect(added).toEqual({ ok: true, value: { taken: 1, problem: null } })
  await ana.crash()
  const [row] = await shows(ana, 1)
  expect(await sameBytes(ana, group, row!)).toBe(true)
})

test('a copy in another group has both files, under names of its own', async () => {
  await add(still, film)
  const [row] = await shows(ana, 1)
  const started = await ana.engine.startGroup({
    ...{ groupName: 'Club', memberName: 'Ana', address: relay.origin },
    hostingCode: relay.hostingCode(),
  })
  if (!started.ok) throw new Error(started.error.kind)
  const to = started.value
  const copied = await ana.engine.copyItems({ group, items: [row!.item], to })
  expect(copied).toEqual({ ok: true, value: { copied: 1, duplicates: 0, missing: 0 } })
  const [copy] = await shows(ana, 1, to.group)
  expect(copy?.motion?.blob).not.toBe(row?.motion?.blob)
  expect(await sameBytes(ana, to.group, copy!)).toBe(true)
})

test('a copy brings its film along also where the still is there without it, to groups and to albums', async () => {
  await add(still, film)
  const [row] = await shows(ana, 1)
  const place = { address: relay.origin, hostingCode: relay.hostingCode() }
  const started = await ana.engine.startGroup({ groupName: 'Club', memberName: 'Ana', ...place })
  if (!started.ok) throw new Error(started.error.kind)
  const { group: club, album: stills } = started.value
  await ana.engine.addPhotos({ group: club, album: stills, files: [{ file: still }] })
  await shows(ana, 1, club)
  const made = await ana.engine.createAlbum({ group: club, title: 'Live' })
  if (!made.ok) throw new Error(made.error.kind)
  const wish = { group, items: [row!.item], to: { group: club, album: made.value.album } }
  expect(await ana.engine.copyItems(wish)).toMatchObject({ value: { copied: 1, duplicates: 0 } })
  const live = (await shows(ana, 2, club)).find(({ motion }) => motion !== null)!
  expect(await sameBytes(ana, club, live)).toBe(true)
  expect(await ana.engine.copyItems(wish)).toMatchObject({ value: { copied: 0, duplicates: 1 } })

  const within = { group: club, items: [live.item], album: stills }
  const copied = await ana.engine.copyToAlbum(within)
  expect(copied).toMatchObject({ ok: true, value: { copies: [expect.any(String)] } })
  expect(await ana.engine.copyToAlbum(within)).toEqual({ ok: true, value: { copies: [] } })
})

test('emptying the bin lets go of both files, here and at the place', async () => {
  await add(still, film)
  await allSent(ana)
  const [row] = await shows(ana, 1)
  const blobs = [row!.original!.blob, row!.motion!.blob]
  await ana.engine.setBinned({ group, items: [row!.item], binned: true })
  await shows(ana, 0)
  const emptied = await ana.engine.emptyBin({ group })
  expect(emptied).toEqual({ ok: true, value: { deleted: 1, left: 0 } })
  await allSent(ana)
  const held = await (await createDeviceStore(ana.disk.mount()).openGroup(group)).blobs.list()
  expect(blobs.filter((blob) => held.has(blob))).toEqual([])
})

test('a zip of the group holds both files, and brings them into another group as one photo', async () => {
  await add(still, film)
  await shows(ana, 1)
  const planned = await ana.engine.planExport({ wishes: [{ group }], words })
  if (!planned.ok) throw new Error(planned.error.kind)
  expect(planned.value).toMatchObject({ photos: 1, bytes: still.size + film.size })
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (;;) {
    const piece = await ana.engine.exportPiece(planned.value.id)
    if (piece === null) throw new Error('the export broke')
    if (piece.bytes === null) break
    parts.push(piece.bytes)
  }
  const zip = new File(parts, 'Family.zip')
  const other = await startFamily(relay)
  devices.push(other.ana)
  const bringIn = async () => {
    const opened = await other.ana.engine.openZips([zip])
    if (!opened.ok) throw new Error(opened.error.kind)
    const { id } = opened.value
    return other.ana.engine.importZips({
      ...{ id, group: other.group, album: other.album, byFolder: true },
    })
  }
  expect(await bringIn()).toEqual({
    ok: true,
    value: { added: 1, duplicates: 0, failed: [], locked: [] },
  })
  const [row] = await shows(other.ana, 1, other.group)
  expect(row?.name).toBe('IMG_7.JPG')
  expect(await sameBytes(other.ana, other.group, row!)).toBe(true)
  expect(await bringIn()).toEqual({
    ok: true,
    value: { added: 0, duplicates: 1, failed: [], locked: [] },
  })
})

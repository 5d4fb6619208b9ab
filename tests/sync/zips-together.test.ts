/** Several zips chosen together: every photo in them comes in, with what was said of it and of no other. */
import { afterEach, expect, test } from 'vitest'
import { planImport } from '#lib/archive/plan-import.ts'
import { openZip } from '#lib/archive/zip-reader.ts'
import type { GroupId } from '#lib/base/ids.ts'
import { makeZip } from '#tests/support/make-zip.ts'
import { startFamily } from '#tests/support/simulated-group.ts'
import {
  eventually,
  simulatedPhoto,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import { bringIn, itemsOf, takeoutSays, toldOf } from '#tests/support/zips-of-groups.ts'

const relays: RunningRelay[] = []
const devices: SimulatedDevice[] = []
afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  for (const relay of relays.splice(0)) await relay.dispose()
})

async function family() {
  const relay = await startRelay()
  relays.push(relay)
  const started = await startFamily(relay)
  devices.push(started.ana)
  return started
}

/** An export of one photo, whose file is called as in any other of these. */
async function exportOfOne(name: string, caption: string) {
  const { ana, group, album } = await family()
  const file = new File([await simulatedPhoto(name).bytes()], 'lake.jpg')
  await ana.engine.addPhotos({ group, album, files: [{ file }] })
  const [item] = await eventually('it is in', async () => {
    const items = [...(await itemsOf(ana, group)).values()]
    return items.length === 1 ? items : null
  })
  if (item === undefined) throw new Error('one photo')
  await ana.engine.setTaken({ group, items: [{ item, takenMs: 0, offsetMinutes: 0 }] })
  await ana.engine.setCaption({ group, item, caption })
  return (await toldOf(ana, group)).zip
}

/** Captions, and of which photo each is. */
async function captionsIn(device: SimulatedDevice, group: GroupId, names: readonly string[]) {
  const { zip } = await toldOf(device, group)
  const opened = await openZip(zip)
  const { signal } = new AbortController()
  const { files } = await planImport([opened.ok ? opened.value : []], signal)
  const made = await Promise.all(
    names.map(async (name) => ({ name, bytes: await bytesAs64(name) })),
  )
  return new Map(
    await Promise.all(
      files.map(async ({ file, archived }) => {
        const bytes = Buffer.from(await (await file.read(signal)).arrayBuffer()).toString('base64')
        return [archived?.item.caption, made.find((photo) => photo.bytes === bytes)?.name] as const
      }),
    ),
  )
}

const bytesAs64 = async (name: string) =>
  Buffer.from(await simulatedPhoto(name).arrayBuffer()).toString('base64')

test('exports of two groups chosen together come in whole, each photo with its own words', async () => {
  const zips = [await exportOfOne('lake', 'Our lake'), await exportOfOne('wood', 'The wood')]
  const takeout = await makeZip([
    ['Takeout/Photos from 2024/cat.jpg', await simulatedPhoto('cat').bytes()],
    ['Takeout/Photos from 2024/cat.jpg.json', takeoutSays('Mia')],
    ['Takeout/notes.txt', 'x'],
  ])
  const { ana, group, album } = await family()
  const { contents, imported } = await bringIn(ana, [...zips, takeout], { group, album })
  expect(contents).toMatchObject({ source: 'mixed', photos: 3, loose: 1, ignored: 1 })
  expect(imported).toMatchObject({ ok: true, value: { added: 3, duplicates: 0, failed: [] } })
  expect(await captionsIn(ana, group, ['lake', 'wood', 'cat'])).toEqual(
    new Map([
      ['Our lake', 'lake'],
      ['The wood', 'wood'],
      ['Mia', 'cat'],
    ]),
  )
})

test('an export in two parts is whole again, and photos put into it come in beside its own', async () => {
  const zip = await exportOfOne('lake', 'Our lake')
  const opened = await openZip(zip)
  if (!opened.ok) throw new Error(opened.error.kind)
  const { signal } = new AbortController()
  const unpacked = await Promise.all(
    opened.value.map(async ({ path, read }) => [path, await (await read(signal)).bytes()] as const),
  )
  const inAlbum = ([path]: readonly [string, Uint8Array]) => path.startsWith('Our photos/')
  const folder = await makeZip([
    ...unpacked.filter(inAlbum),
    ['Our photos/wood.jpg', await simulatedPhoto('wood').bytes()],
  ])
  const told = await makeZip([
    ...unpacked.filter((file) => !inAlbum(file)),
    ['cat.jpg', await simulatedPhoto('cat').bytes()],
    ['notes.txt', 'x'],
  ])
  const { ana, group, album } = await family()
  const { contents, imported } = await bringIn(ana, [folder, told], { group, album })
  expect(contents).toMatchObject({ photos: 3, ignored: 1 })
  expect(imported).toMatchObject({ ok: true, value: { added: 3, failed: [] } })
  expect((await captionsIn(ana, group, ['lake'])).get('Our lake')).toBe('lake')
})

test('what an export says is not put on another photo that stands in its place', async () => {
  const zip = await exportOfOne('lake', 'Our lake')
  const opened = await openZip(zip)
  if (!opened.ok) throw new Error(opened.error.kind)
  const { signal } = new AbortController()
  const lake = await simulatedPhoto('lake').bytes()
  const sameLength = lake.toReversed()
  for (const other of [sameLength, sameLength.slice(1)]) {
    const files = opened.value.map(async ({ path, read }) => {
      const bytes = path.endsWith('.jpg') ? other : await (await read(signal)).bytes()
      return [path, bytes] as const
    })
    const { ana, group, album } = await family()
    const { imported } = await bringIn(ana, [await makeZip(await Promise.all(files))], {
      ...{ group, album },
    })
    expect(imported).toMatchObject({ ok: true, value: { added: 1 } })
    expect((await toldOf(ana, group)).facts).toMatchObject([{ caption: '' }])
  }
})

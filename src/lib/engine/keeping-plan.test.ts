import { expect, test } from 'vitest'
import type { AlbumItem } from '#lib/albums/album-document.ts'
import type { BlobId, MemberId } from '#lib/base/ids.ts'
import { dayMs } from '#lib/base/time.ts'
import { byTurn, dispensableOf, isToGo, smallFilesWanted, type ItemFiles } from './keeping-plan.ts'
import type { Keeping } from './storage-api.ts'

const [ana, sam] = ['a', 'b'].map((letter) => letter.repeat(32)) as [MemberId, MemberId]
const nowMs = Date.UTC(2026, 5, 1)

const file = (blob: string) => ({
  ...{ blob: blob as BlobId, key: new Uint8Array(16), size: 100, mime: 'image/jpeg' },
})

/** An item whose files are called by its name. */
function item(name: string, author: MemberId): AlbumItem {
  const renditions = {
    ...{ thumbnail: file(`${name} small`), preview: file(`${name} medium`) },
    original: file(`${name} large`),
  }
  return { core: { author, renditions } as AlbumItem['core'] } as AlbumItem
}

/** What is here of a photo by Ana and one by Sam, used at these times; Ana looks. */
function inTurn(keeping: Keeping, usedMs: Record<string, number>, giveUpBeforeMs = 0) {
  const held = new Map(
    Object.entries(usedMs).map(([blob, ms]) => [blob as BlobId, { size: 117, usedMs: ms }]),
  )
  const choice = { keeping, giveUpBeforeMs }
  const items = [item('ana', ana), item('sam', sam)]
  const sorted = dispensableOf({ items, held, choice, me: ana }).sort(byTurn)
  return {
    all: sorted.map(({ blob }) => blob),
    toGo: sorted.filter((one) => isToGo(one, choice)).map(({ blob }) => blob),
  }
}

const everything = {
  ...{ 'ana small': 1, 'ana medium': 2, 'ana large': 3 },
  ...{ 'sam small': 4, 'sam medium': 5, 'sam large': 6 },
}

test('originals of others go first, then own ones, then previews, thumbnails last', () => {
  expect(inTurn('originals', everything).all).toEqual([
    ...['sam large', 'ana large', 'ana medium', 'sam medium', 'ana small', 'sam small'],
  ])
})

test('what Ana chose to keep goes after everything else', () => {
  expect(inTurn('previews', everything).all.slice(0, 2)).toEqual(['sam large', 'ana large'])
  expect(inTurn('thumbnails', everything).all.slice(-2)).toEqual(['ana small', 'sam small'])
})

test('of two alike the one goes first that was not used for longer, and what is no item’s never', () => {
  const used = { 'ana medium': 9, 'sam medium': 5, 'something else': 1 }
  expect(inTurn('thumbnails', used).all).toEqual(['sam medium', 'ana medium'])
})

test('a file that an item of Sam’s calls a thumbnail goes no earlier, and needs no fewer places', () => {
  const forged = item('sam', sam)
  const renditions = {
    ...forged.core.renditions,
    thumbnail: file('ana large'),
    original: file('ana small'),
  }
  const items = [{ ...forged, core: { ...forged.core, renditions } }, item('ana', ana)]
  const held = new Map(
    Object.keys(everything).map((blob) => [blob as BlobId, { size: 117, usedMs: 1 }]),
  )
  const choice = { keeping: 'previews' as const, giveUpBeforeMs: 0 }
  for (const order of [items, items.toReversed()]) {
    const files = dispensableOf({ items: order, held, choice, me: ana }).sort(byTurn)
    expect(files.map(({ isGiven }) => isGiven)).toEqual([false, false, true, true])
    const last = files.slice(-2).map(({ blob }) => blob)
    expect(last.sort()).toEqual(['ana large', 'ana small'])
  }
})

test('a picture that is its own preview counts as one, but is what was given', () => {
  const moving = item('ana', ana)
  const renditions = { ...moving.core.renditions, preview: file('ana large') }
  const items = [{ ...moving, core: { ...moving.core, renditions } }]
  const held = new Map([['ana large' as BlobId, { size: 117, usedMs: 1 }]])
  const choice = { keeping: 'previews' as const, giveUpBeforeMs: 0 }
  expect(dispensableOf({ items, held, choice, me: ana })).toMatchObject([
    { blob: 'ana large', isGiven: true, isMore: false },
  ])
})

test('choosing less gives up what was there then, not what is opened afterwards', () => {
  expect(inTurn('previews', everything, 5).toGo).toEqual(['ana large'])
  expect(inTurn('thumbnails', everything, 5).toGo).toEqual([
    ...['ana large', 'ana medium', 'sam medium'],
  ])
  expect(inTurn('originals', everything, 9).toGo).toEqual([])
})

test('previews are fetched ahead for 90 days, all of them only with the originals', () => {
  const photo = (name: string, daysAgo: number): ItemFiles => ({
    ...{ takenMs: nowMs - daysAgo * dayMs, original: null, motion: null },
    ...{ thumbnail: file(`${name} small`), preview: file(`${name} medium`) },
  })
  const photos = [photo('new', 1), photo('old', 100)]
  const wanted = (keeping: Keeping) => smallFilesWanted(photos, keeping, nowMs)
  expect(wanted('thumbnails')).toEqual(['new small', 'old small'])
  expect(wanted('previews')).toEqual(['new small', 'old small', 'new medium'])
  expect(wanted('originals')).toEqual(['new small', 'old small', 'new medium', 'old medium'])
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes } from '#lib/base/bytes.ts'
import { damaged } from '#tests/support/hostile-bytes.ts'
import {
  appleNote,
  liveFilm,
  liveIdentifier as identifier,
  liveMetadata,
  liveStill,
} from '#tests/support/live-photo.ts'
import { samplePhotos } from '#tests/support/photos.ts'
import { parseContentIdentifier } from './apple-maker-note.ts'
import { parseMovieIdentifier } from './movie-keys.ts'
import { pairLivePhotos } from './live-photos.ts'

const other = '00000000-1111-4222-8333-444455556666'
const meta = liveMetadata(identifier).subarray(8)
const note = appleNote(identifier)

async function pairsOf(...files: File[]): Promise<string[][]> {
  const pairs = await pairLivePhotos(files)
  return [...pairs].map(([still, film]) => [files[still]?.name ?? '', files[film]?.name ?? ''])
}

test('the still and the film with one identifier are one photo, whatever they are called', async () => {
  const still = liveStill({ name: 'IMG_E7.JPG', identifier })
  const film = liveFilm({ name: 'IMG_7.MOV', identifier }, 20)
  expect(await pairsOf(film, still)).toEqual([['IMG_E7.JPG', 'IMG_7.MOV']])
})

test('two files of one name with different identifiers are two', async () => {
  const still = liveStill({ name: 'IMG_7.JPG', identifier })
  expect(await pairsOf(still, liveFilm({ name: 'IMG_7.MOV', identifier: other }))).toEqual([])
})

test('where one of them has lost its identifier, the name counts for a film that is as short as such films are', async () => {
  const [still, bare] = [
    liveStill({ name: 'img_7.jpg', identifier }),
    liveStill({ name: 'IMG_7.JPG' }),
  ]
  const film = { name: 'IMG_7.MP4' }
  expect(await pairsOf(still, liveFilm(film))).toEqual([['img_7.jpg', 'IMG_7.MP4']])
  expect(await pairsOf(bare, liveFilm({ ...film, identifier }))).toEqual([
    ['IMG_7.JPG', 'IMG_7.MP4'],
  ])
  expect(await pairsOf(still, liveFilm(film, 60))).toEqual([])
  expect(await pairsOf(still, liveFilm({ name: 'IMG_8.MP4' }))).toEqual([])
})

test('of several stills of one name the film belongs to the one with its identifier, and to none twice', async () => {
  const edited = liveStill({ name: 'IMG_7.JPG', seed: 2 })
  const still = liveStill({ name: 'IMG_7.HEIC', identifier })
  const film = { name: 'IMG_7.MOV', identifier }
  expect(await pairsOf(edited, still, liveFilm(film))).toEqual([['IMG_7.HEIC', 'IMG_7.MOV']])
  const again = liveFilm({ ...film, name: 'IMG_7 (1).MOV' })
  expect(await pairsOf(still, liveFilm(film), again)).toEqual([['IMG_7.HEIC', 'IMG_7.MOV']])
})

test('a motion photo’s film that Takeout put beside it is found by its name', async () => {
  const still = liveStill({ name: 'PXL_1.MP.jpg' })
  expect(await pairsOf(still, liveFilm({ name: 'PXL_1.MP' }))).toEqual([
    ['PXL_1.MP.jpg', 'PXL_1.MP'],
  ])
})

test('the identifier of a real iPhone’s HEIC is found, and older notes and other makers’ have none', async () => {
  const real = [...samplePhotos('camera'), ...samplePhotos('formats')]
    // Another sample is the same photo, with its facts at the end of the file.
    .filter(({ name }) => /apple|nikon|heic$/.test(name) && !name.endsWith('exif-at-eof.heic'))
    .map(({ name, read }) => new File([read()], name.slice(name.indexOf('/') + 1)))
  const its = '1745E022-9712-43C7-B024-F308EC6413CB'
  const films = [identifier, its].map((one, n) => liveFilm({ name: `${n}.MOV`, identifier: one }))
  const isThere = real.some(({ name }) => name === 'img_2927.heic')
  expect(await pairsOf(...films, ...real)).toEqual(isThere ? [['img_2927.heic', '1.MOV']] : [])
})

test('identifiers are read, in QuickTime and in MP4, and everything else is answered with none', () => {
  expect(parseContentIdentifier(note)).toBe(identifier)
  expect(parseMovieIdentifier(meta)).toBe(identifier)
  expect(parseMovieIdentifier(concatBytes(new Uint8Array(4), meta))).toBe(identifier)
  for (const [sample, parse] of [
    [note, parseContentIdentifier],
    [meta, parseMovieIdentifier],
  ] as const)
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), damaged([sample])), (bytes) => {
        const said = parse(bytes)
        expect(said === null || /^[-0-9A-F]{36}$/.test(said)).toBe(true)
      }),
    )
})

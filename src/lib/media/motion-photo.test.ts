import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { bigEndian32, withSegments } from '#tests/support/exif-segment.ts'
import { damaged } from '#tests/support/hostile-bytes.ts'
import { motionSegment, samsungTrailer } from '#tests/support/motion-photo.ts'
import { findFilmInside } from './motion-photo.ts'

const bare = Uint8Array.of(0xff, 0xd8, 0xff, 0xda, 0, 2, 0xff, 0xd9)
const film = concatBytes(bigEndian32(16), utf8('ftypisom'), new Uint8Array(84))
const item = (semantic: string, length: number, padding = 0) =>
  `<rdf:li rdf:parseType="Resource"><Container:Item Item:Mime="x" Item:Semantic="${semantic}" Item:Length="${length}" Item:Padding="${padding}"/></rdf:li>`
const items = (...all: string[]) =>
  `<Container:Directory><rdf:Seq>${all.join('')}</rdf:Seq></Container:Directory>`

function inside(...[still, ...behind]: [Bytes, ...Bytes[]]): Bytes | null {
  const file = concatBytes(still, ...behind)
  const found = findFilmInside('image/jpeg', file)
  return found && file.slice(found.from, found.from + found.size)
}

const withXmp = (xmp: string): Bytes => withSegments(bare, motionSegment(xmp))

test('the film of a motion photo is found by its container, behind a gain map or before something else', () => {
  const alone = withXmp(items(item('Primary', 0), item('MotionPhoto', film.length)))
  expect(inside(alone, film)).toEqual(film)
  const map = new Uint8Array(30)
  const mapped = withXmp(
    items(item('Primary', 0), item('GainMap', 30), item('MotionPhoto', film.length)),
  )
  expect(inside(mapped, map, film)).toEqual(film)
  const last = withXmp(
    items(item('Primary', 0), item('MotionPhoto', film.length), item('GainMap', 30)),
  )
  expect(inside(last, film, map)).toEqual(film)
})

test('so is that of an older one, by how far it is from the end', () => {
  const still = withXmp(
    `<rdf:Description GCamera:MicroVideo="1" GCamera:MicroVideoOffset="${film.length}"/>`,
  )
  expect(inside(still, film)).toEqual(film)
})

test('Samsung’s trailer and the box of HEIC lead to it, too', () => {
  expect(inside(bare, samsungTrailer(film))).toEqual(film)
  const box = concatBytes(bigEndian32(film.length + 8), utf8('mpvd'), film)
  const heic = concatBytes(bigEndian32(16), utf8('ftypheic'), bigEndian32(0), box)
  expect(findFilmInside('image/heic', heic)).toEqual({ from: 24, size: film.length })
})

test('what says that there is a film, and has none there, has none', () => {
  const still = withXmp(items(item('Primary', 0), item('MotionPhoto', film.length)))
  expect(inside(still)).toBeNull()
  expect(inside(still, new Uint8Array(film.length))).toBeNull()
  expect(inside(withXmp(items(item('MotionPhoto', 999_999_999_999))), film)).toBeNull()
  expect(inside(bare, film)).toBeNull()
})

test('whatever is in a file, a film lies within it', () => {
  const still = withXmp(items(item('Primary', 0), item('MotionPhoto', film.length)))
  const samples = [concatBytes(still, film), concatBytes(bare, samsungTrailer(film))]
  for (const mime of ['image/jpeg', 'image/heic'])
    fc.assert(
      fc.property(damaged(samples), (bytes) => {
        const found = findFilmInside(mime, bytes)
        if (found === null) return
        expect(found.from).toBeGreaterThan(0)
        expect(found.from + found.size).toBeLessThanOrEqual(bytes.length)
      }),
    )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { readMovieHeader } from './movie-header.ts'

const nothing = { createdMs: null, durationMs: null }

test('a film tells when it was made and how long it plays, with its index first or last', async () => {
  const index = box('moov', box('mvhd', words(0, since1904(2019), 0, 600, 2401)))
  const told = { createdMs: Date.UTC(2019, 0, 1), durationMs: (2401 / 600) * 1000 }
  const pictures = box('mdat', new Uint8Array(1000))
  expect(await readMovieHeader(new Blob([index, pictures]))).toEqual(told)
  expect(await readMovieHeader(new Blob([box('ftyp', utf8('qt  ')), pictures, index]))).toEqual(
    told,
  )
})

test('a film of version 1 has long times', async () => {
  const header = words(0x0100_0000, 0, since1904(2030), 0, 0, 1000, 0, 5000)
  const film = new Blob([box('moov', box('mvhd', header))])
  expect(await readMovieHeader(film)).toEqual({ createdMs: Date.UTC(2030, 0, 1), durationMs: 5000 })
})

test('a film without a clock, or without an end, says nothing of it', async () => {
  const film = new Blob([box('moov', box('mvhd', words(0, 0, 0, 600, 0xffff_ffff)))])
  expect(await readMovieHeader(film)).toEqual(nothing)
})

test('whatever the bytes are, there is an answer', async () => {
  const part = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constantFrom(box('moov', utf8('')), box('moov', box('mvhd', utf8(''))), words(1), words(0)),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
      const header = await readMovieHeader(new Blob(parts.map((one) => new Uint8Array(one))))
      expect(Object.keys(header).sort()).toEqual(['createdMs', 'durationMs'])
    }),
  )
})

function box(name: string, content: Uint8Array): Bytes {
  return concatBytes(words(8 + content.length), utf8(name), content)
}

/** Numbers of four bytes, padded at the end to a whole header. */
function words(...values: readonly number[]): Bytes {
  const isHeader = values.length > 1
  const bytes = new Uint8Array(isHeader ? 100 : 4)
  const view = new DataView(bytes.buffer)
  values.forEach((value, n) => view.setUint32(4 * n, value))
  return bytes
}

function since1904(year: number): number {
  return (Date.UTC(year, 0, 1) - Date.UTC(1904, 0, 1)) / 1000
}

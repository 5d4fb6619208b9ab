import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, utf8 } from '#lib/base/bytes.ts'
import { sniffMime } from './sniff.ts'

const ftyp = (major: string, ...compatible: string[]): Uint8Array =>
  concatBytes(
    Uint8Array.of(0, 0, 0, 16 + 4 * compatible.length),
    utf8(`ftyp${major}\0\0\0\0${compatible.join('')}`),
  )
const riff = (form: string): Uint8Array => utf8(`RIFF\x01\x02\x03\x04${form}`)

describe('a file is what its first bytes say', () => {
  test.each([
    ['image/jpeg', Uint8Array.of(0xff, 0xd8, 0xff, 0xe1)],
    ['image/png', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10)],
    ['image/webp', riff('WEBP')],
    ['video/x-msvideo', riff('AVI ')],
    ['image/gif', utf8('GIF89a')],
    ['image/tiff', utf8('MM\0*')],
    ['application/pdf', utf8('%PDF-1.7')],
    ['application/zip', utf8('PK\x03\x04')],
    ['image/heic', ftyp('heic', 'mif1', 'heic')],
    ['image/heif', ftyp('mif1', 'mif1', 'heic')],
    ['image/avif', ftyp('mif1', 'avif', 'miaf')],
    ['image/avif', ftyp('avif', 'mif1')],
    ['video/quicktime', ftyp('qt  ')],
    ['video/quicktime', utf8('\0\0\0\x08wide')],
    ['video/mp4', ftyp('isom', 'iso2', 'avc1', 'mp41')],
    ['video/3gpp', ftyp('3gp4')],
    ['audio/mp4', ftyp('M4A ')],
    ['video/webm', concatBytes(Uint8Array.of(0x1a, 0x45, 0xdf, 0xa3), utf8('\x42\x82\x04webm'))],
  ])('%s', (mime, head) => {
    expect(sniffMime(head)).toBe(mime)
  })

  test('a text or nothing at all is not recognised', () => {
    expect(sniffMime(utf8('Dear Ana, the cat is fine.'))).toBeNull()
    expect(sniffMime(new Uint8Array(0))).toBeNull()
  })

  test('any bytes give an answer', () => {
    const heads = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.uint8Array({ maxLength: 40 }).map((rest) => concatBytes(utf8('\0\0\xff\0ftypmif1'), rest)),
    )
    fc.assert(
      fc.property(heads, (head) => {
        expect(sniffMime(head) ?? 'x/y').toMatch(/^[a-z]+\/[a-z0-9.+-]+$/)
      }),
    )
  })
})

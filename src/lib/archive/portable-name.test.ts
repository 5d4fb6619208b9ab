import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utf8 } from '#lib/base/bytes.ts'
import {
  createNameRegister,
  datedName,
  foldedName,
  portableName,
  splitName,
} from './portable-name.ts'

const june = Date.UTC(2024, 5, 1, 12, 30, 5)

/** Halves of characters included. */
const anyText = fc
  .array(fc.nat(0xffff), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units))

describe('file names that Ana can unpack anywhere', () => {
  it('say when a photo was taken and what it was called', () => {
    const names = createNameRegister()
    expect(names.take('Lake', datedName(june, 'IMG_1234.JPG'))).toBe(
      'Lake/2024-06-01 12.30.05 IMG_1234.jpg',
    )
    expect(names.take('Lake', datedName(june, 'img_1234.jpg'))).toBe(
      'Lake/2024-06-01 12.30.05 img_1234 (2).jpg',
    )
    expect(names.take('', datedName(june, 'Зима 🐈.heic'))).toBe('2024-06-01 12.30.05 Зима 🐈.heic')
  })

  it.each([
    ['../../etc/passwd', '_ _ etc passwd'.replaceAll('_ ', '')],
    ['CON', '_CON'],
    ['aux.tar', '_aux.tar'],
    ['a/b\\c:d*e?f"g<h>i|j', 'a b c d e f g h i j'],
    ['photo\u202egpj.exe', 'photo gpj.exe'],
    ['  . .hidden. . ', 'hidden'],
    ['\u0000\n\t', 'photo'],
    ['e\u0301te\u0301', 'été'],
  ])('turn %j into %j', (name, plain) => {
    expect(portableName(name, 'photo')).toBe(plain)
  })

  it('keep room for the side-car: nobody else is called as it is', () => {
    const names = createNameRegister()
    const photo = names.take('', { stem: 'a', extension: '.jpg' })
    expect(photo).toBe('a.jpg')
    expect(names.take('', { stem: 'a.jpg', extension: '.xmp' })).toBe('a.jpg (2).xmp')
  })

  it('split at the extension only', () => {
    expect(splitName('a.b.jpeg')).toEqual({ stem: 'a.b', extension: '.jpeg' })
    expect(splitName('.hidden')).toEqual({ stem: '.hidden', extension: '' })
    expect(splitName('Dr. Sam')).toEqual({ stem: 'Dr. Sam', extension: '' })
  })

  it('are unique, short and portable whatever members called their photos', () => {
    const name = fc.oneof(anyText, fc.string(), fc.constantFrom('a', 'A', 'a (2)'))
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.double()), { maxLength: 12 }), (photos) => {
        const names = createNameRegister()
        const paths = photos.map(([original, at]) => names.take('x', datedName(at, original)))
        expect(new Set(paths.map(foldedName)).size).toBe(paths.length)
        for (const path of paths) {
          expect(path.split('/')).toHaveLength(2)
          expect(path).not.toMatch(/[<>:"\\|?*]|[. ]$|\/[. ]/)
          expect(path.isWellFormed()).toBe(true)
          expect(utf8(path).length).toBeLessThanOrEqual(130)
        }
      }),
    )
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeMarkup, isoOf, xmpOf } from './xmp.ts'

const plain = { taken: { takenMs: 0, offsetMinutes: null }, place: null }

/** Halves of characters included. */
const anyText = fc
  .array(fc.nat(0xffff), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units))

describe('a side-car', () => {
  it('says when, where, what and by whom in the fields of the standard', () => {
    const xmp = xmpOf({
      taken: { takenMs: Date.UTC(2024, 5, 1, 12, 30, 5), offsetMinutes: -210 },
      place: { latitudeE7: -338_567_844, longitudeE7: 1_512_152_967 },
      caption: 'Tom & "Jerry" <3',
      author: 'Ana',
      title: 'IMG_1.jpg',
    })
    expect(xmp).toContain(
      '<exif:DateTimeOriginal>2024-06-01T12:30:05-03:30</exif:DateTimeOriginal>',
    )
    expect(xmp).toContain('<exif:GPSLatitude>33,51.407064S</exif:GPSLatitude>')
    expect(xmp).toContain('<exif:GPSLongitude>151,12.917802E</exif:GPSLongitude>')
    expect(xmp).toContain('>Tom &amp; &quot;Jerry&quot; &lt;3</rdf:li></rdf:Alt></dc:description>')
    expect(xmp).toContain('<dc:creator><rdf:Seq><rdf:li>Ana</rdf:li></rdf:Seq></dc:creator>')
  })

  it('leaves out what nobody said', () => {
    const xmp = xmpOf({ ...plain, caption: '', author: '', title: '' })
    expect(xmp).toContain('<xmp:CreateDate>1970-01-01T00:00:00</xmp:CreateDate>')
    expect(xmp).not.toMatch(/dc:(?:title|description|creator)>|GPS/)
  })

  it('carries a minute that rounds up to a whole degree', () => {
    const place = { latitudeE7: 469_999_999, longitudeE7: -1 }
    const xmp = xmpOf({ ...plain, place, caption: '', author: '', title: '' })
    expect(xmp).toContain('>46,59.999994N<')
    expect(xmp).toContain('>0,0.000006W<')
  })

  it('has no date that the format cannot hold', () => {
    expect(isoOf({ takenMs: 8.64e15, offsetMinutes: 0 })).toBeNull()
    expect(isoOf({ takenMs: NaN, offsetMinutes: 0 })).toBeNull()
  })

  it('is well-formed whatever is said', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const escaped = escapeMarkup(text)
        expect(escaped).not.toMatch(/[<>"']|&(?!(?:amp|lt|gt|quot|#39|#13);)/)
        expect(escaped).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/)
        expect(escaped.isWellFormed()).toBe(true)
      }),
    )
  })
})

/**
 * XMP side-cars: what members said of a photo, in the fields that photo programs read.
 *
 * Shape   `<file name>.xmp`, UTF-8, one rdf:Description
 *   | field | what |
 *   |---|---|
 *   | exif:DateTimeOriginal, photoshop:DateCreated, xmp:CreateDate | when, ISO 8601, with the offset where it is known |
 *   | exif:GPSLatitude, exif:GPSLongitude | where, `47,22.5N` in degrees and minutes |
 *   | dc:description | caption, as the language x-default |
 *   | dc:creator | who added it |
 *   | dc:title | name that the original had |
 *
 * Units   wall time in milliseconds; degrees × 10⁷
 * Errors  total: characters that XML 1.0 cannot hold are left out
 * Source  Adobe XMP Specification parts 1 (2012) and 2; Exif 2.32 for XMP (CIPA DC-010); XML 1.0 §2.2
 */
import type { Place, Taken } from '#lib/albums/item-corrections.ts'

/** What a side-car says; empty texts are left out. */
export interface SideCar {
  readonly taken: Taken
  readonly place: Place | null
  readonly caption: string
  readonly author: string
  readonly title: string
}

/** The side-car's text. */
export function xmpOf({ taken, place, caption, author, title }: SideCar): string {
  const date = isoOf(taken)
  const fields = [
    ...(date === null
      ? []
      : ['exif:DateTimeOriginal', 'photoshop:DateCreated', 'xmp:CreateDate'].map((name) =>
          element(name, date),
        )),
    ...(place === null
      ? []
      : [
          element('exif:GPSLatitude', coordinate(place.latitudeE7, 'N', 'S')),
          element('exif:GPSLongitude', coordinate(place.longitudeE7, 'E', 'W')),
          element('exif:GPSVersionID', '2.3.0.0'),
        ]),
    ...(title === '' ? [] : [localized('dc:title', title)]),
    ...(caption === '' ? [] : [localized('dc:description', caption)]),
    ...(author === ''
      ? []
      : [`<dc:creator><rdf:Seq>${element('rdf:li', author)}</rdf:Seq></dc:creator>`]),
  ]
  return `${head}${fields.map((field) => `   ${field}\n`).join('')}${tail}`
}

/** Wall time as ISO 8601, with the offset where it is known; null where it is in no year that the format has. */
export function isoOf({ takenMs, offsetMinutes }: Taken): string | null {
  const at = new Date(takenMs)
  const year = at.getUTCFullYear()
  if (!(year >= 1 && year <= 9999)) return null
  const wall = at.toISOString().slice(0, at.getUTCMilliseconds() === 0 ? 19 : 23)
  return offsetMinutes === null ? wall : `${wall}${isoOffset(offsetMinutes)}`
}

/** Text as it may stand between tags and in attributes, of XML and of HTML. */
export function escapeMarkup(text: string): string {
  return withoutIllegal(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
    .replaceAll('\r', '&#13;')
}

const head = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about=""
    xmlns:dc="http://purl.org/dc/elements/1.1/"
    xmlns:exif="http://ns.adobe.com/exif/1.0/"
    xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
    xmlns:xmp="http://ns.adobe.com/xap/1.0/">
`
const tail = `  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
`

function element(name: string, text: string): string {
  return `<${name}>${escapeMarkup(text)}</${name}>`
}

function localized(name: string, text: string): string {
  return `<${name}><rdf:Alt><rdf:li xml:lang="x-default">${escapeMarkup(text)}</rdf:li></rdf:Alt></${name}>`
}

function isoOffset(minutes: number): string {
  const [whole, rest] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
  const two = (number: number): string => String(number).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(whole)}:${two(rest)}`
}

/** `DDD,MM.mmmmmmk`: six digits of a minute are less than a metre. */
function coordinate(degreesE7: number, positive: string, negative: string): string {
  const minutesE6 = Math.round((Math.abs(degreesE7) * 60) / 10)
  const degrees = Math.floor(minutesE6 / 60e6)
  const minutes = (minutesE6 - degrees * 60e6) / 1e6
  return `${degrees},${minutes.toFixed(6)}${degreesE7 < 0 ? negative : positive}`
}

function withoutIllegal(text: string): string {
  return text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
}

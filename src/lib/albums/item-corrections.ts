/**
 * What members say instead of what the camera did: when and where an item was taken, and where a copy came from.
 * Each is one byte array, so that of two corrections at once one holds whole, never half of each.
 *
 * Shape   canonical CBOR maps in the item's fields (album-document.ts)
 *   | field | map |
 *   |---|---|
 *   | at | taken int: local wall time, ms, as if it were UTC; offset? int: minutes east of UTC |
 *   | place | lat, lon int: degrees × 10⁷; empty: no place |
 *   | from | group, by text ≤ 100: names of the group it was copied from and of who added it there |
 *
 * Errors  parsers are total (null): what a peer wrote in another shape, or in more than a kilobyte, corrects nothing
 * Source  docs/design.md §6, §12
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborMap } from '#lib/base/cbor.ts'
import { isMap, readExactMap, readText, type Field } from '#lib/base/fields.ts'
import { cutText } from '#lib/base/texts.ts'
import { maxDateMs } from '#lib/base/time.ts'
import type { ItemCore } from './item-core.ts'

/** When an item was taken. */
export type Taken = Pick<ItemCore, 'takenMs' | 'offsetMinutes'>
export type Place = NonNullable<ItemCore['place']>

/** Where a copy came from, in names, because ids mean nothing in another group. */
export interface Origin {
  readonly group: string
  readonly by: string
}

const maxOffsetMinutes = 1440
const maxNameChars = 100
/** Two names and what is around them. */
const maxBytes = 1024

export function encodeTaken({ takenMs, offsetMinutes }: Taken): Bytes {
  return encodeCbor({ taken: Math.round(takenMs), offset: offsetMinutes ?? undefined })
}

/** The corrected time, or null where there is none. */
export function parseTaken(bytes: unknown): Taken | null {
  const map = mapOf(bytes)
  const takenMs = integer(map?.['taken'], maxDateMs)
  if (map === null || takenMs === null) return null
  return { takenMs, offsetMinutes: integer(map['offset'], maxOffsetMinutes) }
}

export function encodePlace(place: Place | null): Bytes {
  return encodeCbor(place === null ? {} : { lat: place.latitudeE7, lon: place.longitudeE7 })
}

/** The corrected place; `none` where it was taken away, null where nobody corrected it. */
export function parsePlace(bytes: unknown): Place | 'none' | null {
  const map = mapOf(bytes)
  if (map === null) return null
  if (Object.keys(map).length === 0) return 'none'
  const latitudeE7 = integer(map['lat'], 90e7)
  const longitudeE7 = integer(map['lon'], 180e7)
  return latitudeE7 === null || longitudeE7 === null ? null : { latitudeE7, longitudeE7 }
}

export function encodeOrigin({ group, by }: Origin): Bytes {
  return encodeCbor({ group: cutText(group, maxNameChars), by: cutText(by, maxNameChars) })
}

/** Where the copy came from, or null where the item is no copy. */
export function parseOrigin(bytes: unknown): Origin | null {
  const map = readExactMap(mapOf(bytes) ?? undefined, ['group', 'by'])
  const group = readText(map?.['group'], maxNameChars)
  const by = readText(map?.['by'], maxNameChars)
  return group === null || by === null ? null : { group, by }
}

function mapOf(bytes: unknown): CborMap | null {
  if (!(bytes instanceof Uint8Array) || bytes.length > maxBytes) return null
  const parsed = parseCbor(bytes) ?? undefined
  return isMap(parsed) ? parsed : null
}

function integer(value: Field, most: number): number | null {
  return typeof value === 'number' && Math.abs(value) <= most ? value : null
}

/**
 * Where a picture was taken.
 *
 * Units   degrees × 10⁷, north and east positive
 * Errors  total: null where a part is missing, out of range, or the zero that cameras write without a fix
 * Source  Exif 2.32 §4.6.6 (GPS)
 */

export interface Place {
  readonly latitudeE7: number
  readonly longitudeE7: number
}

/** The four fields as a reader of EXIF hands them on, not trusted to have any type. */
export interface PlaceFields {
  readonly latitude: unknown
  readonly latitudeRef: unknown
  readonly longitude: unknown
  readonly longitudeRef: unknown
}

/** The place, or null. */
export function parsePlace(fields: PlaceFields): Place | null {
  const latitude = degrees(fields.latitude, 90)
  const longitude = degrees(fields.longitude, 180)
  const northward = direction(fields.latitudeRef, 'N', 'S')
  const eastward = direction(fields.longitudeRef, 'E', 'W')
  if (latitude === null || longitude === null || northward === null || eastward === null)
    return null
  if (latitude === 0 && longitude === 0) return null
  return { latitudeE7: toE7(northward * latitude), longitudeE7: toE7(eastward * longitude) }
}

/** The `+ 0` turns a negative zero, which has no canonical CBOR, into zero. */
function toE7(value: number): number {
  return Math.round(value * 1e7) + 0
}

/** Degrees, minutes and seconds as fractions; minutes and seconds may be left out. */
function degrees(value: unknown, limit: number): number | null {
  if (!Array.isArray(value) || value.length === 0) return null
  const [whole = null, minutes = null, seconds = null] = value.map(fraction)
  if (whole === null) return null
  const sum = whole + (minutes ?? 0) / 60 + (seconds ?? 0) / 3600
  return sum <= limit ? sum : null
}

function fraction(value: unknown): number | null {
  if (!Array.isArray(value)) return null
  const [top, bottom] = value as unknown[]
  if (typeof top !== 'number' || typeof bottom !== 'number') return null
  const quotient = top / bottom
  return Number.isFinite(quotient) && quotient >= 0 ? quotient : null
}

function direction(value: unknown, forward: string, backward: string): 1 | -1 | null {
  const text = Array.isArray(value) ? (value as unknown[])[0] : value
  if (typeof text !== 'string') return null
  const letter = text.trim().charAt(0).toUpperCase()
  return letter === forward ? 1 : letter === backward ? -1 : null
}

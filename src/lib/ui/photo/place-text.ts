/** Places as people write and read them: degrees north and east, by comma or space. */
export interface PlaceE7 {
  readonly latitudeE7: number
  readonly longitudeE7: number
}

/** "43.26172, -2.92531". */
export function placeToText({ latitudeE7, longitudeE7 }: PlaceE7): string {
  return `${(latitudeE7 / 1e7).toFixed(5)}, ${(longitudeE7 / 1e7).toFixed(5)}`
}

/** The place that somebody wrote or pasted; null where it is none. */
export function parsePlaceText(text: string): PlaceE7 | null {
  const written =
    /^\s*\(?(-?\d{1,3}(?:\.\d{1,12})?)°?\s*[,;\s]\s*(-?\d{1,3}(?:\.\d{1,12})?)°?\)?\s*$/
  const [, north, east] = written.exec(text) ?? []
  if (north === undefined || east === undefined) return null
  const latitudeE7 = Math.round(Number(north) * 1e7)
  const longitudeE7 = Math.round(Number(east) * 1e7)
  const isOnEarth = Math.abs(latitudeE7) <= 90e7 && Math.abs(longitudeE7) <= 180e7
  return isOnEarth ? { latitudeE7, longitudeE7 } : null
}

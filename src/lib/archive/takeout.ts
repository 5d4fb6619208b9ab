/**
 * What Google Takeout puts beside photos: a JSON side-car each, and one for each album.
 *
 * Shape   the side-car's name is that of the photo with `.json` or `.supplemental-metadata.json` behind it, where what
 *         stands before `.json` is cut to 46 characters. The number of a second file of one name moves to the end:
 *         `a(1).jpg` has `a.jpg(1).json` or `a.jpg.supplemental-metadata(1).json`. An edited copy (`a-edited.jpg`, the
 *         word in the language of the account) and the film of a live photo (`a.MP4` beside `a.HEIC`) have none of
 *         their own
 *   | field | what |
 *   |---|---|
 *   | photoTakenTime.timestamp | seconds since 1970 UTC, as text |
 *   | geoData, else geoDataExif | latitude, longitude in degrees; 0, 0 is none |
 *   | description | caption |
 *   | trashed | true for what is in its bin |
 *   | title | of an album's file, which has no photoTakenTime |
 *
 * Errors  parsers are total: null
 * Source  observed exports, as described in issues of GooglePhotosTakeoutHelper (#353, #448), ente (#4953) and
 *         immich-go (#652)
 */
import type { Place } from '#lib/albums/item-corrections.ts'
import { asRecord, parseJson, parsePlace, text } from './albums-file.ts'
import { splitName } from './portable-name.ts'

/** What a side-car says of a photo. */
export interface TakeoutFacts {
  readonly takenMs: number | null
  readonly place: Place | null
  readonly caption: string
  readonly isTrashed: boolean
}

const maxStemChars = 46
const supplement = '.supplemental-metadata'
const editedWords =
  /-(?:edited|edi(?:te?)?|bearbeitet|edytowane|bewerkt|modificato|modifié|modifie|editado|ha editado|editat|編集済み|редактировано)$/i
const stillExtensions = ['HEIC', 'heic', 'JPG', 'jpg', 'JPEG', 'jpeg', 'PNG', 'png', 'DNG', 'dng']
/** The folders of all photos of a year, and of a day in old exports: no album that anybody made. */
const yearTitle =
  /^(?:(?:photos from|photos de|fotos von|fotos aus|fotos de|fotos del|fotos van|foto's van|foto dal|foto del|zdjęcia z|фото за|фотографии за) )?(?:19|20)\d\d(?:-\d\d-\d\d)?(?: г\.?| ?年)?(?: ?#\d+)?$/i

/** The side-car of a photo among the names of its folder, or null. */
export function sideCarOf(name: string, folder: Pick<ReadonlySet<string>, 'has'>): string | null {
  return candidatesOf(name).find((candidate) => folder.has(candidate)) ?? null
}

/** What a side-car says, or null where it is none. */
export function parseTakeoutSideCar(json: string): TakeoutFacts | null {
  const facts = asRecord(parseJson(json))
  const taken = asRecord(facts?.['photoTakenTime'])
  if (facts === null || taken === null) return null
  const seconds = Number(taken['timestamp'] ?? NaN)
  const isTime = Number.isFinite(seconds) && Math.abs(seconds) < 1e11
  return {
    takenMs: isTime ? Math.round(seconds * 1000) : null,
    place: somewhere(facts['geoData']) ?? somewhere(facts['geoDataExif']),
    caption: (text(facts['description']) ?? '').trim(),
    isTrashed: facts['trashed'] === true,
  }
}

/** The title in an album's file, or null where it is none, or that of a year's folder. */
export function parseTakeoutAlbum(json: string): string | null {
  const facts = asRecord(parseJson(json))
  // Older exports hold it one level down.
  const album = asRecord(facts?.['albumData']) ?? facts
  const title = text(album?.['title'])?.trim() ?? ''
  if (album === null || 'photoTakenTime' in album || title === '') return null
  return yearTitle.test(title) ? null : title
}

function candidatesOf(name: string): string[] {
  const { stem, extension } = splitName(name)
  const numbered = /^(.*)(\(\d+\))$/s.exec(stem)
  const [plain, number] = [numbered?.[1] ?? stem, numbered?.[2] ?? '']
  const own = [
    ...namesFor(`${stem}${extension}`, ''),
    ...(number === '' ? [] : namesFor(`${plain}${extension}`, number)),
    ...namesFor(stem, ''),
  ]
  const unedited = plain.replace(editedWords, '')
  if (unedited !== plain) return [...own, ...candidatesOf(`${unedited}${number}${extension}`)]
  const isFilm = /^\.(?:mp4|mov|mp|m4v)$/i.test(extension)
  const stills = isFilm ? stillExtensions.map((still) => `.${still}`) : []
  return [
    ...own,
    ...stills.flatMap((still) => [
      ...namesFor(`${stem}${still}`, ''),
      ...(number === '' ? [] : namesFor(`${plain}${still}`, number)),
    ]),
  ]
}

/** All that a side-car of this file may be called; the longest first. */
function namesFor(file: string, number: string): string[] {
  const cuts = Array.from({ length: supplement.length }, (_, n) => supplement.length - n)
  const stems = [...cuts.map((cut) => file + supplement.slice(0, cut)), file]
  const whole = `${file}${supplement}`.slice(0, maxStemChars)
  return [...new Set([whole, ...stems, file.slice(0, maxStemChars)])].map(
    (stem) => `${stem}${number}.json`,
  )
}

function somewhere(value: unknown): Place | null {
  const place = parsePlace(value)
  return place === null || (place.latitudeE7 === 0 && place.longitudeE7 === 0) ? null : place
}

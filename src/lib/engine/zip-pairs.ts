/**
 * Finds the film of a live photo that lies in another folder than its still: whoever divides a library into several zips
 * divides them too. Only what carries one identifier is taken together then, of what has one name.
 *
 * Errors  total: what cannot be read, or says nothing, stays by itself
 * Source  media/live-photos.ts; docs/design.md §10 "Import of zips"
 */
import type { PlannedFile } from '#lib/archive/import-plan.ts'
import { areCalledAlike, haveOneIdentifier, mayBeFilmOfStill } from '#lib/media/live-photos.ts'

/** Films of live photos are a few megabytes; longer ones are not unpacked for this. */
const maxFilmBytes = 64 * 2 ** 20

/** The same files, those that were found to be halves of one as one. */
export async function pairAcrossFolders(
  files: readonly PlannedFile[],
  signal: AbortSignal,
): Promise<readonly PlannedFile[]> {
  const single = files.filter(({ film, archived }) => film === null && archived === null)
  const films = single.filter((one) => mayBeFilmOfStill(one) && one.file.size <= maxFilmBytes)
  const filmOf = new Map<PlannedFile, PlannedFile>()
  for (const film of films) {
    const alike = single.filter((still) => areCalledAlike(still, film) && !filmOf.has(still))
    const still = await stillOf(film, alike, signal)
    if (still !== null) filmOf.set(still, film)
  }
  const joined = new Set(filmOf.values())
  return files.flatMap((one) => {
    const film = filmOf.get(one)
    if (joined.has(one)) return []
    if (film === undefined) return [one]
    return [{ ...one, film: { file: film.file, name: film.name, isSure: true } }]
  })
}

async function stillOf(
  film: PlannedFile,
  stills: readonly PlannedFile[],
  signal: AbortSignal,
): Promise<PlannedFile | null> {
  if (stills.length === 0) return null
  const unpackedFilm = await unpacked(film, signal)
  for (const still of stills)
    if (await haveOneIdentifier(await unpacked(still, signal), unpackedFilm)) return still
  return null
}

async function unpacked({ file, name }: PlannedFile, signal: AbortSignal): Promise<File> {
  return new File([await file.read(signal)], name)
}

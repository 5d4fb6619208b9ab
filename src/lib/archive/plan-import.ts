/** Sorts out what is in zips that somebody chose together: Mantel's exports first, then all that is beside them. */
import type { ImportPlan, PlannedAlbum } from './import-plan.ts'
import { planOfExports } from './plan-of-exports.ts'
import { planOfPhotos } from './plan-of-photos.ts'
import type { ZippedFile } from './zip-reader.ts'

/** One plan for the files of all these zips. */
export async function planImport(
  zips: readonly (readonly ZippedFile[])[],
  signal: AbortSignal,
): Promise<ImportPlan> {
  const { plans, rest } = await planOfExports(zips, signal)
  const others = await planOfPhotos(rest, signal)
  if (plans.length === 0) return others
  const all = [...plans, others]
  const hasOthers = others.files.length + others.locked.length > 0
  // An album that two exports of one group hold is one.
  const albums = new Map<string, PlannedAlbum>()
  for (const album of all.flatMap((plan) => plan.albums))
    if (!albums.has(album.key)) albums.set(album.key, album)
  return {
    source: hasOthers ? 'mixed' : 'mantel',
    albums: [...albums.values()],
    files: all.flatMap(({ files }) => files),
    missing: all.flatMap(({ missing }) => missing),
    locked: all.flatMap(({ locked }) => locked),
    ignored: all.reduce((sum, { ignored }) => sum + ignored, 0),
    hasZips: all.some(({ hasZips }) => hasZips),
  }
}

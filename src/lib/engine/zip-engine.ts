/** The part of archive-api.ts that brings zips in. */
import type { ImportPlan, LockedFile } from '#lib/archive/import-plan.ts'
import { DamagedZip } from '#lib/archive/packed-file.ts'
import { planImport } from '#lib/archive/plan-import.ts'
import { openZip, type ZippedFile } from '#lib/archive/zip-reader.ts'
import type { DocId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import type { ChosenFile } from './api.ts'
import type { ArchiveApi, OpenZipProblem, ZipContents, ZipImportProgress } from './archive-api.ts'
import type { EngineParts } from './engine-parts.ts'
import type { ActInGroup, GroupSession } from './group-session.ts'
import { createArrivals } from './zip-arrivals.ts'
import { importZip, type ZipImportParts, type ZipRunProblem } from './zip-import.ts'
import type { ZipImports } from './zip-imports.ts'

export interface ZipEngineParts {
  readonly parts: Pick<EngineParts, 'clock' | 'tabs' | 'storageEstimate'>
  readonly inGroup: ActInGroup
  readonly takeIn: (
    session: GroupSession,
    album: DocId,
    files: readonly ChosenFile[],
  ) => ReturnType<ZipImportParts['take']>
  readonly zips: ZipImports
}

type ZipApi = Pick<ArchiveApi, 'openZips' | 'importZips' | 'zipProgress' | 'endZips'>

interface OpenedZips {
  readonly plan: ImportPlan
  readonly stop: AbortController
  progress: ZipImportProgress | null
}

/** Every call about zips that come in. */
export function createZipEngine({ parts, inGroup, takeIn, zips }: ZipEngineParts): ZipApi {
  const opened = new Map<string, OpenedZips>()

  const run = async (
    session: GroupSession,
    zip: OpenedZips,
    choice: { readonly album: DocId; readonly byFolder: boolean },
  ) => {
    await parts.tabs.claim()
    const arrivals = createArrivals(session)
    zips.begin(arrivals, zip.stop)
    try {
      return await importZip(zip.plan, choice, {
        ...{ session, arrivals, clock: parts.clock, signal: zip.stop.signal },
        take: (album, files) => takeIn(session, album, files),
        freeBytes: () => freeBytes(parts),
        onProgress: (progress) => {
          zip.progress = progress
        },
      })
    } catch (cause) {
      if (!(cause instanceof DamagedZip)) throw cause
      return err<ZipRunProblem>({ kind: 'damaged', name: cause.message })
    } finally {
      zips.done(arrivals)
    }
  }

  return {
    async openZips(files) {
      const stop = new AbortController()
      const plan = await planOf(files, stop.signal)
      if (!plan.ok) return plan
      const id = crypto.randomUUID()
      opened.set(id, { plan: plan.value, stop, progress: null })
      return ok(contentsOf(id, plan.value))
    },
    async importZips({ id, group, ...choice }) {
      const zip = opened.get(id)
      if (zip === undefined) return null
      try {
        return await inGroup(group, (session) => run(session, zip, choice))
      } catch (cause) {
        if (zip.stop.signal.aborted) return null
        throw cause
      }
    },
    zipProgress: (id) => Promise.resolve(opened.get(id)?.progress ?? null),
    endZips(id) {
      opened.get(id)?.stop.abort()
      opened.delete(id)
      return Promise.resolve()
    },
  }
}

async function planOf(
  files: readonly File[],
  signal: AbortSignal,
): Promise<Result<ImportPlan, OpenZipProblem>> {
  const zips: ZippedFile[][] = []
  for (const file of files) {
    const inside = await openZip(file)
    if (!inside.ok) return inside
    zips.push(inside.value)
  }
  const name = files[0]?.name ?? ''
  try {
    const plan = await planImport(zips, signal)
    if (plan.files.length > 0) return ok(plan)
    const [locked] = plan.locked
    if (locked !== undefined) return err(problemOf(locked))
    return err({ kind: plan.hasZips ? 'zips-inside' : 'nothing-there', name })
  } catch {
    // Of the few files that are read now, one is not what the directory says.
    return err({ kind: 'damaged', name })
  }
}

function problemOf({ name, why }: LockedFile): OpenZipProblem {
  return why.kind === 'encrypted' ? { kind: why.kind, name } : { kind: why.kind, name: why.way }
}

function contentsOf(id: string, plan: ImportPlan): ZipContents {
  const { source, files, albums, ignored, locked } = plan
  return {
    ...{ id, source, ignored, locked, photos: files.length },
    bytes: files.reduce((sum, { file }) => sum + file.size, 0),
    albums: albums.map(({ title }) => title),
    loose: files.filter(({ album }) => album === null).length,
  }
}

/** Infinity where the browser does not say. */
async function freeBytes({ storageEstimate }: Pick<EngineParts, 'storageEstimate'>) {
  const { quotaBytes, usedBytes } = await storageEstimate()
  return quotaBytes === 0 ? Infinity : quotaBytes - usedBytes
}

/**
 * Takes chosen files in: counts them, finds the halves of live photos among them, copies one after another to the
 * device's own storage.
 *
 * Errors  the first file that finds no room ends it; one that cannot be read is left out
 * Source  docs/design.md §8
 */
import type { DocId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import type { IntakeRecord } from '#lib/ports/intake-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { ChangeProblem, ChosenFile, TakenIn } from './api.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import type { GroupSession } from './group-session.ts'
import type { ImportPipeline } from './import-pipeline.ts'
import { mayAdd } from './standing.ts'

/** Copies every file to the device's own storage, one after another, until one does not fit. */
export async function takeAllIn(
  session: GroupSession,
  input: { readonly album: DocId; readonly files: readonly ChosenFile[] },
  { groups, parts, stay }: { groups: EngineGroups; parts: EngineParts; stay(): Promise<void> },
): Promise<Result<TakenIn, ChangeProblem>> {
  if (!mayAdd(session.replica)) return err({ kind: 'not-allowed' })
  if (session.replica.documents.read(input.album) === null) return err({ kind: 'unknown' })
  const { imports } = session
  const records = imports.announce(input.album, input.files)
  await stay().catch((cause: unknown) => {
    imports.withdraw(records)
    throw cause
  })
  let taken = 0
  let problem: TakenIn['problem'] = null
  const all = await joinLivePhotos(imports, records, input.files)
  for (const { record, file, film } of all) {
    try {
      if (!(await imports.takeIn(record, file, film))) continue
      taken++
      // The first is read while the others are still being copied.
      if (parts.tabs.leading()) void imports.run()
    } catch (cause) {
      imports.withdraw([record])
      problem = problemOf(cause)
      if (problem === 'storage-full') {
        imports.withdraw(all.map((one) => one.record))
        groups.setTrouble('storage-full')
        break
      }
    }
  }
  runImport(session, parts)
  return ok({ taken, problem })
}

/** A file that cannot be read looks like damage. */
function problemOf(cause: unknown): TakenIn['problem'] {
  if (!(cause instanceof StorageProblem)) return 'unreadable'
  if (cause.kind === 'full') return 'storage-full'
  return cause.kind === 'unavailable' ? 'storage-unavailable' : 'unreadable'
}

/** Whoever leads works through what was taken in. */
export function runImport({ imports, group }: GroupSession, { tabs }: EngineParts): void {
  if (tabs.leading()) void imports.run()
  else tabs.post({ kind: 'intake', group })
}

interface Announced {
  readonly record: IntakeRecord
  readonly file: File
  readonly film: File | undefined
}

const filmType = /^video\/|\.(?:mov|mp4|m4v|mp)$/i

/** The files as they were announced, but of a still and its film one. */
async function joinLivePhotos(
  imports: Pick<ImportPipeline, 'join'>,
  records: readonly IntakeRecord[],
  files: readonly ChosenFile[],
): Promise<Announced[]> {
  const films = await filmsAmong(files)
  const joined = new Set(films.values())
  return records.flatMap((record, n) => {
    const chosen = files[n]
    if (chosen === undefined || joined.has(n)) return []
    const { file } = chosen
    const at = films.get(n)
    const [film, filmRecord] = at === undefined ? [] : [files[at]?.file, records[at]]
    return film === undefined || filmRecord === undefined
      ? [{ record, file, film: chosen.film }]
      : [{ record: imports.join(record, filmRecord), file, film }]
  })
}

/** By the place of the still. Without the code that tells, all are by themselves. */
async function filmsAmong(files: readonly ChosenFile[]): Promise<ReadonlyMap<number, number>> {
  const isMixed = files.some(({ file }) => filmType.test(file.type) || filmType.test(file.name))
  if (!isMixed || files.length < 2) return new Map()
  const code = await import('#lib/media/live-photos.ts').catch(() => null)
  return code?.pairLivePhotos(files.map(({ file }) => file)) ?? new Map<number, number>()
}

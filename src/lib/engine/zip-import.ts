/**
 * Brings the photos of zips into a group: everything is looked through first, then each file goes the way of any chosen
 * file (import-pipeline.ts), a few at a time, so that a zip of any size never lies unpacked on the device.
 *
 * Whoever stops, or whose tab dies, keeps what came in; the same zips chosen again go on there, because what the group
 * has is recognised and albums of the same name are filled up.
 *
 * Errors  nothing is changed where a zip is refused; a file that cannot be taken is named at the end; one that is not
 *         what an export's `albums.json` speaks of comes in without what is said there
 * Source  archive/plan-import.ts; docs/design.md §10 "Import of zips"
 */
import { archivedFile, type ArchivedFile, type ArchivedItem } from '#lib/archive/albums-file.ts'
import { readSideCar, type ImportPlan, type PlannedFile } from '#lib/archive/import-plan.ts'
import { parseTakeoutSideCar } from '#lib/archive/takeout.ts'
import { DamagedZip } from '#lib/archive/packed-file.ts'
import { checkZips, type ZippedFile, type ZipProblem } from '#lib/archive/zip-reader.ts'
import { type DocId, type ItemId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { groupName, memberName } from '#lib/groups/group-document.ts'
import type { IntakeWords } from '#lib/ports/intake-store.ts'
import type { ChangeProblem, ChosenFile, TakenIn } from './api.ts'
import type { ZipImportOutcome, ZipImportProgress } from './archive-api.ts'
import type { GroupSession } from './group-session.ts'
import { arrangeAlbums, ensureAlbums, showAgain, type Arrival } from './zip-albums.ts'
import type { Arrivals } from './zip-arrivals.ts'

export interface ZipImportParts {
  readonly session: GroupSession
  /** Copies files to this device and has them read: what `addPhotos` does. */
  readonly take: (
    album: DocId,
    files: readonly ChosenFile[],
  ) => Promise<Result<TakenIn, ChangeProblem>>
  readonly arrivals: Arrivals
  readonly clock: () => number
  readonly freeBytes: () => Promise<number>
  readonly signal: AbortSignal
  readonly onProgress: (progress: ZipImportProgress) => void
}

export interface ZipImportChoice {
  /** Takes what has no album of its own. */
  readonly album: DocId
  /** Whether the zip's albums and folders become albums. */
  readonly byFolder: boolean
}

export type ZipRunProblem = ZipProblem | ChangeProblem

/** A few are read while the next is unpacked. */
const maxUnderWay = 8
/** A Takeout file whose times are those of the export says nothing by them. */
const noFacts = { takenMs: null, place: null, caption: '', isTrashed: false }

/** Looks through everything, then takes it in. */
export async function importZip(
  plan: ImportPlan,
  choice: ZipImportChoice,
  parts: ZipImportParts,
): Promise<Result<ZipImportOutcome, ZipRunProblem>> {
  const refused = await lookThrough(plan, parts)
  if (refused !== null) return err(refused)
  const albums = choice.byFolder ? await ensureAlbums(plan.albums, parts) : ok([])
  if (!albums.ok) return albums
  const ids = new Map(albums.value.map(({ planned, album }) => [planned.key, album]))
  const albumOf = ({ album }: PlannedFile): DocId =>
    (album === null ? undefined : ids.get(album)) ?? choice.album
  const { pairAcrossFolders } = await import('./zip-pairs.ts')
  const files = await pairAcrossFolders(plan.files, parts.signal)
  const taken = await takeFiles(files, albumOf, parts)
  if (!taken.ok) return taken
  const { first, again, failed } = taken.value
  const [total, totalBytes] = [plan.files.length, bytesOf(plan.files)]
  parts.onProgress({
    ...{ phase: 'arranging', done: total, total },
    ...{ doneBytes: totalBytes, totalBytes },
  })
  const outcomes = await parts.arrivals.all(parts.signal)
  const arrived = first.map((one): Arrival => {
    const outcome = outcomes.get(one.item)
    return { ...one, shown: outcome?.item ?? null, isNew: outcome?.kind === 'added' }
  })
  const duplicates = arrived.filter(({ isNew, shown }) => !isNew && shown !== null).length
  const changed = await showAgain(arrived, again, parts)
  if (!changed.ok) return changed
  await arrangeAlbums(albums.value, arrived, parts)
  const lost = arrived.filter(({ item }) => outcomes.get(item)?.kind === 'failed')
  return ok({
    added: arrived.filter(({ isNew }) => isNew).length,
    ...{ duplicates, locked: plan.locked },
    failed: [...failed, ...lost.map(({ planned }) => planned.name), ...plan.missing],
  })
}

async function lookThrough(plan: ImportPlan, parts: ZipImportParts): Promise<ZipRunProblem | null> {
  const total = plan.files.length
  let [done, doneBytes] = [0, 0]
  const totalBytes = bytesOf(plan.files)
  if (totalBytes > (await parts.freeBytes())) return { kind: 'storage-full' }
  return checkZips(distinctOf(plan.files), parts.signal, ({ size }) => {
    done++
    doneBytes += size
    parts.onProgress({ phase: 'checking', done, total, doneBytes, totalBytes })
  })
}

/** Stills and films. */
function distinctOf(files: readonly PlannedFile[]): ZippedFile[] {
  return [...new Set(files.flatMap(({ file, film }) => [file, ...(film ? [film.file] : [])]))]
}

function bytesOf(files: readonly PlannedFile[]): number {
  return distinctOf(files).reduce((sum, { size }) => sum + size, 0)
}

interface TakenFiles {
  readonly first: readonly Omit<Arrival, 'shown' | 'isNew'>[]
  /** Files with the bytes of another one, for albums that show it as well. */
  readonly again: readonly {
    readonly planned: PlannedFile
    readonly album: DocId
    readonly of: ItemId
  }[]
  readonly failed: readonly string[]
}

async function takeFiles(
  files: readonly PlannedFile[],
  albumOf: (planned: PlannedFile) => DocId,
  parts: ZipImportParts,
): Promise<Result<TakenFiles, ZipRunProblem>> {
  const first: Omit<Arrival, 'shown' | 'isNew'>[] = []
  const again: TakenFiles['again'][number][] = []
  const failed: string[] = []
  const seen = new Map<string, ItemId>()
  const joined = new Set<string>()
  const queue = [...files]
  let [done, doneBytes] = [0, 0]
  const totalBytes = bytesOf(files)
  for (let planned = queue.shift(); planned !== undefined; planned = queue.shift(), done++) {
    parts.signal.throwIfAborted()
    const total = done + queue.length + 1
    parts.onProgress({ phase: 'adding', done, total, doneBytes, totalBytes })
    // A film that turns out to be one of its own comes once more.
    doneBytes = Math.min(totalBytes, doneBytes + bytesOf([planned]))
    const album = albumOf(planned)
    const of = seen.get(keyOf(planned.file))
    if (of !== undefined) {
      again.push({ planned, album, of })
      queue.unshift(...leftFilm(planned, joined))
      continue
    }
    const item = parts.session.replica.newItemId(album)
    const read = await readFile(planned, item, parts)
    if (read === null) continue
    if (planned.film !== null && read.chosen.film !== undefined)
      joined.add(keyOf(planned.film.file))
    queue.unshift(...leftFilm(planned, joined))
    seen.set(keyOf(planned.file), item)
    const taken = await takeFile(read.chosen, item, album, parts)
    if (!taken.ok) return taken
    first.push({ planned: read.planned, album, item })
    if (!taken.value) failed.push(planned.name)
  }
  return ok({ first, again, failed })
}

/** Whether the file could be taken. */
async function takeFile(
  file: ChosenFile,
  item: ItemId,
  album: DocId,
  { arrivals, signal, take }: ZipImportParts,
): Promise<Result<boolean, ZipRunProblem>> {
  await arrivals.room(maxUnderWay, signal)
  arrivals.expect(item)
  const taken = await take(album, [file])
  if (!taken.ok) return taken
  if (taken.value.problem === 'storage-full') return err({ kind: 'storage-full' })
  if (taken.value.taken === 0) arrivals.forget(item)
  return ok(taken.value.taken > 0)
}

/** Files of one length and CRC are taken for the same. */
function keyOf({ size, crc }: ZippedFile): string {
  return `${size} ${crc}`
}

/** The file with all that is known of it; null for what was in the bin of where it comes from. */
async function readFile(
  planned: PlannedFile,
  item: ItemId,
  { session, signal }: ZipImportParts,
): Promise<{ readonly chosen: ChosenFile; readonly planned: PlannedFile } | null> {
  const { file, name, sideCar } = planned
  const json = sideCar === null ? null : await readSideCar(sideCar, signal)
  const facts = (json === null ? null : parseTakeoutSideCar(json)) ?? noFacts
  if (facts.isTrashed) return null
  const lastModified = facts.takenMs ?? file.modifiedMs
  const said = planned.archived && archivedFile(planned.archived.item, 'original')
  const still = await unpacked({ file, name }, { type: said?.mime ?? '', lastModified }, signal)
  const film = await filmOf(planned, still, signal)
  const chosen = { file: still, item, ...(film === null ? {} : { film }) }
  const archived = said !== null && (await isOfContent(still, said)) ? planned.archived : null
  if (archived !== null) {
    const words = wordsOf(planned, archived.item, archived.group, session)
    return { chosen: { ...chosen, words }, planned }
  }
  const { caption, place } = facts
  const words: IntakeWords = { caption, taken: null, from: null, rank: null }
  const known = { ...chosen, words, ...(place === null ? {} : { place }) }
  return { chosen: known, planned: { ...planned, archived } }
}

/** Whether these are the bytes that an export speaks of; of a long film its length has said it. */
async function isOfContent(file: File, { content }: ArchivedFile): Promise<boolean> {
  const { bytesOf, contentHashOf, maxWholeBytes } = await import('#lib/media/content-hash.ts')
  if (content === '' || file.size > maxWholeBytes) return true
  return (await contentHashOf(file, await bytesOf(file))) === content
}

async function unpacked(
  { file, name }: Pick<PlannedFile, 'file' | 'name'>,
  options: FilePropertyBag,
  signal: AbortSignal,
): Promise<File> {
  const contents = await file.read(signal).catch((cause: unknown) => {
    // It was whole when it was looked through: the zip has changed since, or is gone.
    throw signal.aborted ? cause : new DamagedZip(name, { cause })
  })
  return new File([contents], name, options)
}

/** The film of a live photo; null where the two files are not halves of one. */
async function filmOf(
  { film }: PlannedFile,
  still: File,
  signal: AbortSignal,
): Promise<File | null> {
  if (film === null) return null
  const file = await unpacked(film, { lastModified: still.lastModified }, signal)
  if (film.isSure) return file
  const { areLivePhoto } = await import('#lib/media/live-photos.ts')
  return (await areLivePhoto(still, file)) ? file : null
}

/** The film by itself: it is none of a live photo after all, or the same still came without it. */
function leftFilm(planned: PlannedFile, joined: ReadonlySet<string>): PlannedFile[] {
  const { film } = planned
  if (film === null || joined.has(keyOf(film.file))) return []
  return [{ ...planned, file: film.file, name: film.name, film: null }]
}

/** What a Mantel export says of a photo holds; who added it stays named, unless it was the same person. */
function wordsOf(
  { rank }: PlannedFile,
  { caption, taken, place, from, author }: ArchivedItem,
  group: string,
  { replica }: GroupSession,
): IntakeWords {
  const document = replica.groupContent()
  const me = replica.me()?.member
  const isMine =
    author === '' ||
    (group === groupName(document) && me !== undefined && author === memberName(document, me))
  return { caption, taken, place, rank, from: from ?? (isMine ? null : { group, by: author }) }
}

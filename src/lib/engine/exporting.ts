/**
 * One export: a zip of originals, side-cars, small pictures, `albums.json` and a page that shows the albums, made piece
 * by piece while somebody takes the pieces.
 *
 * One original is open at a time, whole and verified before its first byte goes into the zip: a damaged one is named,
 * and the zip stays good. What had to be fetched for it is given up again.
 *
 * Errors  `next` is null where something broke (a full disk, a bug): what was saved of it is no zip
 * Source  docs/design.md §10 "Export"
 */
import type { AlbumItem } from '#lib/albums/album-document.ts'
import type { ItemCore } from '#lib/albums/item-core.ts'
import type { Origin } from '#lib/albums/item-corrections.ts'
import {
  albumsFileName,
  writeAlbumsFile,
  type ArchivedFile,
  type ArchivedGroup,
  type ArchivedItem,
} from '#lib/archive/albums-file.ts'
import { writeOfflinePage } from '#lib/archive/offline-page.ts'
import { sideCarExtension } from '#lib/archive/portable-name.ts'
import { xmpOf } from '#lib/archive/xmp.ts'
import { createZipWriter, type ZipWriting } from '#lib/archive/zip-writer.ts'
import { concatBytes, plainBytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { minuteMs, type Clock } from '#lib/base/time.ts'
import { memberName } from '#lib/groups/group-document.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import type { ExportPiece, ExportWords } from './archive-api.ts'
import type { DownloadedMedia } from './downloaded-media.ts'
import type { PlannedExport, PlannedItem } from './export-plan.ts'
import type { GroupSession } from './group-session.ts'
import { talkCardOf } from './item-talk-acts.ts'

export interface Exporting {
  next(): Promise<ExportPiece | null>
  stop(): Promise<void>
}

export interface ExportingParts {
  readonly media: Pick<DownloadedMedia, 'open'>
  readonly clock: Clock
  readonly online: () => boolean
}

const pieceBytes = 1 << 20
/** Somebody waits for the whole: what no place has now is not waited for long. */
const patienceMs = 2000

/** Begins the export; nothing is read before the first piece is asked for. */
export function createExporting(
  plan: PlannedExport,
  words: ExportWords,
  parts: ExportingParts,
): Exporting {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const reader = readable.getReader()
  const told = { photos: 0, doneBytes: 0, missing: [] as string[] }
  let working: Promise<void> | null = null

  const work = async (): Promise<void> => {
    try {
      const zip = createZipWriter(writable)
      await writeAll(plan, words, { ...parts, zip, told })
    } catch (cause) {
      await writable.abort(cause).catch(() => undefined)
    }
  }

  return {
    async next() {
      working ??= work()
      const chunks: Uint8Array[] = []
      for (let size = 0; size < pieceBytes;) {
        const read = await reader.read().catch(() => null)
        if (read === null) return null
        if (read.done) break
        chunks.push(read.value)
        size += read.value.length
      }
      const bytes = chunks.length === 0 ? null : plainBytes(concatBytes(...chunks))
      return { ...told, missing: [...told.missing], bytes }
    },
    async stop() {
      await reader.cancel(new Error('the export was ended')).catch(() => undefined)
      await working
    },
  }
}

interface Writing extends ExportingParts {
  readonly zip: ZipWriting
  readonly told: { photos: number; doneBytes: number; missing: string[] }
}

async function writeAll(plan: PlannedExport, words: ExportWords, writing: Writing): Promise<void> {
  const { zip, clock, told } = writing
  const groups: ArchivedGroup[] = []
  const pictures = createPictureFolder(writing)
  for (const { session, name, albums } of plan.groups) {
    const items: ArchivedItem[] = []
    for (const album of albums)
      for (const planned of album.items)
        items.push(await writeItem({ session, planned, pictures }, writing))
    groups.push({
      ...{ id: session.group, name, items },
      albums: albums.map((album) => ({ ...album, items: album.items.map(({ item }) => item.id) })),
    })
  }
  const file = { exportedMs: clock(), groups }
  await zip.addText(albumsFileName, writeAlbumsFile(file), clock())
  const title = plan.title ?? words.photos
  await zip.addText('index.html', writeOfflinePage(file, { ...words, title }), clock())
  if (told.missing.length > 0)
    await zip.addText(
      'not-included.txt',
      [words.missing, '\n\n', told.missing.join('\n'), '\n'],
      clock(),
    )
  await zip.close()
}

interface ItemWriting {
  readonly session: GroupSession
  readonly planned: PlannedItem
  readonly pictures: PictureFolder
}

async function writeItem(
  { session, planned, pictures }: ItemWriting,
  writing: Writing,
): Promise<ArchivedItem> {
  const { zip, told } = writing
  const { item, path, filmPath } = planned
  const { core } = item
  const modifiedMs =
    core.takenMs - (item.taken.offsetMinutes ?? localOffset(core.takenMs)) * minuteMs
  const write = (name: 'original' | 'motion', at: string): Promise<boolean> =>
    withRendition(writing, session, core.renditions[name]?.blob ?? null, (file) =>
      zip.addFile(at, file, modifiedMs),
    )
  const isWritten = await write('original', path)
  const isFilmWritten = filmPath !== null && (await write('motion', filmPath))
  if (filmPath !== null && !isFilmWritten) told.missing.push(filmPath)
  if (isFilmWritten) told.doneBytes += core.renditions.motion?.size ?? 0
  const archived = archivedItemOf(session, item, {
    path: isWritten ? path : null,
    filmPath: isFilmWritten ? filmPath : null,
    thumbnail: await pictures.add(session, item),
    nowMs: writing.clock(),
  })
  if (!isWritten) told.missing.push(path)
  else {
    told.photos++
    told.doneBytes += core.renditions.original?.size ?? 0
    const sideCar = xmpOf({ ...archived, title: core.name })
    await zip.addText(path + sideCarExtension, [sideCar], modifiedMs)
  }
  return archived
}

/** The pictures for the page; those of copies are in it once. */
interface PictureFolder {
  add(session: GroupSession, item: AlbumItem): Promise<string | null>
}

function createPictureFolder(writing: Writing): PictureFolder {
  const paths = new Map<BlobId, string>()
  return {
    async add(session, { core }) {
      const { thumbnail } = core.renditions
      if (thumbnail === null) return null
      const written = paths.get(thumbnail.blob)
      if (written !== undefined) return written
      const path = `thumbnails/${paths.size + 1}.${thumbnail.mime === 'image/webp' ? 'webp' : 'jpg'}`
      const isThere = await withRendition(writing, session, thumbnail.blob, (file) =>
        writing.zip.addFile(path, file, writing.clock()),
      )
      if (!isThere) return null
      paths.set(thumbnail.blob, path)
      return path
    },
  }
}

/** Opens a rendition, and gives up again what had to be fetched for it; false where it cannot be had. */
async function withRendition(
  { media, online }: ExportingParts,
  { group, store }: GroupSession,
  blob: BlobId | null,
  use: (file: Blob) => Promise<void>,
): Promise<boolean> {
  if (blob === null) return false
  const wasHere = await store.blobs.has(blob)
  const file = await media.open(group, blob, online() ? patienceMs : 0).catch((cause: unknown) => {
    if (cause instanceof StorageProblem) return null
    throw cause
  })
  if (file === null) return false
  await use(file)
  if (!wasHere) await store.blobs.remove(blob)
  return true
}

function archivedItemOf(
  session: GroupSession,
  item: AlbumItem,
  at: {
    readonly path: string | null
    readonly filmPath: string | null
    readonly thumbnail: string | null
    readonly nowMs: number
  },
): ArchivedItem {
  const document = session.replica.groupContent()
  const { core, id, caption, taken, place } = item
  const { name, kind, width, height } = core
  const talk = talkCardOf(session, id, at.nowMs)
  const me = session.replica.me()?.member
  const mine = me === undefined ? '' : memberName(document, me)
  return {
    ...{ id, kind, name, width, height, caption, taken, place, thumbnail: at.thumbnail },
    files: filesOf(core, at),
    author: memberName(document, core.author),
    from: item.from satisfies Origin | null,
    comments: (talk?.comments ?? []).map(({ author, atMs, text }) => ({ author, atMs, text })),
    reactions: (talk?.reactions ?? []).flatMap(({ reaction, others, isMine }) =>
      [...others, ...(isMine ? [mine] : [])].map((author) => ({ author, reaction })),
    ),
  }
}

function filesOf(
  { content, mime, film, renditions }: ItemCore,
  at: { readonly path: string | null; readonly filmPath: string | null },
): ArchivedFile[] {
  const files: ArchivedFile[] = []
  const { original, motion } = renditions
  if (at.path !== null)
    files.push({ role: 'original', path: at.path, content, bytes: original?.size ?? 0, mime })
  if (at.filmPath !== null && motion !== null && film !== null && 'content' in film)
    files.push({
      ...{ role: 'motion', name: film.name, path: at.filmPath },
      ...{ content: film.content, bytes: motion.size, mime: motion.mime },
    })
  return files
}

/** What a clock of this device would have been off by: the zip's own times are of no zone. */
function localOffset(wallMs: number): number {
  return -new Date(wallMs).getTimezoneOffset()
}

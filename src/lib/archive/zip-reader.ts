/**
 * Reads zips that anybody may have made: the directory first, by random access, then one file at a time, each checked
 * against its length and CRC. Nothing of a zip is in memory but a few words on each of its files.
 *
 * Refused whole, before anything is taken: names that climb out of the folder or are absolute, an encrypted directory,
 * entries that lie over one another or beyond the end, two of one name, more than 400,000 entries, what unpacks to
 * more than 200 times its size (from 100 MiB) or to more than 1 TiB. A file that is encrypted, or packed in a way that
 * is not known here, is listed with its obstacle: it cannot be read, the others can.
 *
 * Errors  `openZip` and `checkZips` answer with a ZipProblem; `read` rejects as `archive/packed-file.ts` tells
 * Source  PKWARE APPNOTE 6.3.10; `@zip.js/zip.js`; D. Fifield, "A better zip bomb" (2019)
 */
import type { FileEntry } from '@zip.js/zip.js/lib/zip-core-native.js'
import { parseUtf8 } from '#lib/base/bytes.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import {
  DamagedZip,
  headerBytes,
  obstacleOf,
  unpack,
  type Obstacle,
  type PackedFile,
} from './packed-file.ts'

export interface ZipProblem {
  readonly kind:
    'not-a-zip' | 'unsafe-names' | 'encrypted' | 'too-many' | 'too-large' | 'damaged' | 'unreadable'
  /** Of the zip, or of the file in it that it is about. */
  readonly name: string
}

/** One file in a zip. */
export interface ZippedFile {
  readonly path: string
  /** Bytes, unpacked; and the CRC-32 of them. */
  readonly size: number
  readonly crc: number
  readonly modifiedMs: number
  /** Why it cannot be unpacked; null where it can. */
  readonly obstacle: Obstacle | null
  /** The whole file; at most `maxBytes`. */
  read(signal: AbortSignal, maxBytes?: number): Promise<Blob>
  /** Unpacks it to nowhere, to see that it is whole. */
  check(signal: AbortSignal): Promise<void>
}

const maxEntries = 400_000
const maxRatio = 200
const bombFromBytes = 100 * 2 ** 20
const maxTotalBytes = 2 ** 40

/** What of an entry is looked at; the library's own takes 8 KB. */
interface Listed extends PackedFile {
  readonly nameBytes: number
}

/** The files of one zip, folders and what systems leave beside them not among them. */
export async function openZip(zip: File): Promise<Result<ZippedFile[], ZipProblem>> {
  const { BlobReader, ZipReader } = await import('@zip.js/zip.js/lib/zip-core-native.js')
  const reader = new ZipReader(new BlobReader(zip), { useWebWorkers: false })
  const entries: Listed[] = []
  let count = 0
  try {
    for await (const entry of reader.getEntriesGenerator({ strictness: 'balanced', decodeText })) {
      if (++count > maxEntries) return err({ kind: 'too-many', name: zip.name })
      if (!entry.directory) entries.push(listed(entry))
    }
  } catch (cause) {
    return err({ kind: await kindOf(cause), name: zip.name })
  }
  const problem = problemIn(entries, zip)
  if (problem !== null) return err(problem)
  return ok(entries.filter(isNoLitter).map((entry) => zippedFileOf(zip, entry)))
}

/** Unpacks everything once, to nowhere: null where all of it is whole. */
export async function checkZips(
  files: readonly ZippedFile[],
  signal: AbortSignal,
  onChecked: (file: ZippedFile) => void,
): Promise<ZipProblem | null> {
  for (const file of files) {
    try {
      await file.check(signal)
    } catch (cause) {
      if (signal.aborted) throw cause
      return { kind: await kindOf(cause), name: file.path }
    }
    onChecked(file)
  }
  return null
}

function listed(entry: FileEntry): Listed {
  return {
    path: entry.filename,
    offset: entry.offset,
    method: entry.compressionMethod,
    packedSize: entry.compressedSize,
    size: entry.uncompressedSize,
    crc: entry.crc32 ?? 0,
    modifiedMs: Number(entry.lastModDate),
    nameBytes: entry.rawFilename.length,
    isEncrypted: entry.encrypted,
  }
}

function problemIn(entries: readonly Listed[], zip: File): ZipProblem | null {
  const named = (kind: ZipProblem['kind'], name: string): ZipProblem => ({ kind, name })
  const paths = new Set<string>()
  let total = 0
  for (const { path, size, packedSize } of entries) {
    if (paths.has(path)) return named('damaged', path)
    paths.add(path)
    total += size
    const isBomb = size > bombFromBytes && size > maxRatio * packedSize
    if (isBomb || total > maxTotalBytes) return named('too-large', path)
  }
  const overlapping = firstOverlap(entries, zip.size)
  return overlapping === null ? null : named('damaged', overlapping)
}

/** Each entry takes at least its header, its name and its packed bytes, and none of the next one's. */
function firstOverlap(entries: readonly Listed[], zipBytes: number): string | null {
  const byPlace = [...entries].sort((a, b) => a.offset - b.offset)
  for (const [n, { offset, packedSize, nameBytes, path }] of byPlace.entries()) {
    const end = offset + headerBytes + nameBytes + packedSize
    if (end > (byPlace[n + 1]?.offset ?? zipBytes)) return path
  }
  return null
}

/** Folders and hidden files that macOS, Windows and others add. */
function isNoLitter({ path }: Listed): boolean {
  return !/(?:^|\/)(?:__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$|@eaDir\/)/i.test(path)
}

function zippedFileOf(zip: File, file: PackedFile): ZippedFile {
  const { path, size, crc, modifiedMs } = file
  return {
    ...{ path, size, crc, modifiedMs, obstacle: obstacleOf(file) },
    async read(signal, maxBytes = Infinity) {
      if (size > maxBytes) throw new DamagedZip(`${path} is too large`)
      return new Response(await unpack(zip, file, signal)).blob()
    },
    async check(signal) {
      await (await unpack(zip, file, signal)).pipeTo(new WritableStream())
    },
  }
}

/** Many tools write UTF-8 without saying so; what is none is read as the format says (code page 437). */
function decodeText(bytes: Uint8Array): string | undefined {
  return parseUtf8(bytes) ?? undefined
}

async function kindOf(cause: unknown): Promise<ZipProblem['kind']> {
  if (cause instanceof DOMException) return 'unreadable'
  const zip = await import('@zip.js/zip.js/lib/zip-core-native.js')
  const message = cause instanceof Error ? cause.message : ''
  if (message === zip.ERR_UNSAFE_FILENAME) return 'unsafe-names'
  if (message === zip.ERR_ENCRYPTED || message === zip.ERR_ENCRYPTED_CENTRAL_DIRECTORY)
    return 'encrypted'
  if (message === zip.ERR_EOCDR_NOT_FOUND || message === zip.ERR_BAD_FORMAT) return 'not-a-zip'
  return 'damaged'
}

/**
 * Reads zips that anybody may have made: the directory first, by random access, then one file at a time, each checked
 * against its length and CRC. Nothing of a zip is in memory but its directory.
 *
 * Refused whole, before anything is taken: names that climb out of the folder or are absolute, encrypted entries,
 * entries that lie over one another or beyond the end, two of one name, more than 400,000 entries, what unpacks to
 * more than 200 times its size (from 100 MiB) or to more than 1 TiB.
 *
 * Errors  `openZip` and `checkZips` answer with a ZipProblem; `read` throws DamagedZip
 * Source  PKWARE APPNOTE 6.3.10; `@zip.js/zip.js`; D. Fifield, "A better zip bomb" (2019)
 */
import type { Entry, FileEntry } from '@zip.js/zip.js/lib/zip-core-native.js'
import { parseUtf8 } from '#lib/base/bytes.ts'
import { err, ok, type Result } from '#lib/base/result.ts'

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
  /** The whole file; at most `maxBytes`. */
  read(signal: AbortSignal, maxBytes?: number): Promise<Blob>
  /** Unpacks it to nowhere, to see that it is whole. */
  check(signal: AbortSignal): Promise<void>
}

/** What a file says of itself is not true, or its bytes are not what they were. */
export class DamagedZip extends Error {
  override readonly name = 'DamagedZip'
}

const maxEntries = 400_000
const maxRatio = 200
const bombFromBytes = 100 * 2 ** 20
const maxTotalBytes = 2 ** 40
/** Of a local header without its name. */
const headerBytes = 30

/** The files of one zip, folders and what systems leave beside them not among them. */
export async function openZip(zip: File): Promise<Result<ZippedFile[], ZipProblem>> {
  const { BlobReader, ZipReader } = await import('@zip.js/zip.js/lib/zip-core-native.js')
  const reader = new ZipReader(new BlobReader(zip), { useWebWorkers: false })
  const entries: FileEntry[] = []
  let count = 0
  try {
    for await (const entry of reader.getEntriesGenerator({ strictness: 'balanced', decodeText })) {
      if (++count > maxEntries) return err({ kind: 'too-many', name: zip.name })
      if (!entry.directory) entries.push(entry)
    }
  } catch (cause) {
    return err({ kind: await kindOf(cause), name: zip.name })
  }
  const problem = problemIn(entries, zip)
  if (problem !== null) return err(problem)
  return ok(entries.filter(isNoLitter).map(zippedFileOf))
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

function problemIn(entries: readonly FileEntry[], zip: File): ZipProblem | null {
  const named = (kind: ZipProblem['kind'], name: string): ZipProblem => ({ kind, name })
  const paths = new Set<string>()
  let total = 0
  for (const entry of entries) {
    const { filename, uncompressedSize, compressedSize } = entry
    if (entry.encrypted) return named('encrypted', filename)
    if (paths.has(filename)) return named('damaged', filename)
    paths.add(filename)
    total += uncompressedSize
    const isBomb = uncompressedSize > bombFromBytes && uncompressedSize > maxRatio * compressedSize
    if (isBomb || total > maxTotalBytes) return named('too-large', filename)
  }
  const overlapping = firstOverlap(entries, zip.size)
  return overlapping === null ? null : named('damaged', overlapping)
}

/** Each entry takes at least its header, its name and its packed bytes, and none of the next one's. */
function firstOverlap(entries: readonly Entry[], zipBytes: number): string | null {
  const byPlace = [...entries].sort((a, b) => a.offset - b.offset)
  for (const [n, { offset, compressedSize, rawFilename, filename }] of byPlace.entries()) {
    const end = offset + headerBytes + rawFilename.length + compressedSize
    if (end > (byPlace[n + 1]?.offset ?? zipBytes)) return filename
  }
  return null
}

/** Folders and hidden files that macOS, Windows and others add. */
function isNoLitter({ filename }: Entry): boolean {
  return !/(?:^|\/)(?:__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$|@eaDir\/)/i.test(filename)
}

function zippedFileOf(entry: FileEntry): ZippedFile {
  const { filename: path, uncompressedSize: size, crc32: crc = 0 } = entry
  const unpack = async (sink: WritableStream<Uint8Array>, signal: AbortSignal): Promise<void> => {
    await entry.getData(sink, { checkSignature: true, useWebWorkers: false, signal })
  }
  return {
    ...{ path, size, crc },
    modifiedMs: Number(entry.lastModDate),
    async read(signal, maxBytes = Infinity) {
      if (size > maxBytes) throw new DamagedZip(`${path} is too large`)
      const { readable, writable } = boundedBy(size)
      const reading = new Response(readable).blob()
      reading.catch(() => undefined)
      await unpack(writable, signal)
      return reading
    },
    async check(signal) {
      const { readable, writable } = boundedBy(size)
      const reading = readable.pipeTo(new WritableStream())
      reading.catch(() => undefined)
      await unpack(writable, signal)
      await reading
    },
  }
}

/** Lets exactly as many bytes through as were announced. */
function boundedBy(size: number): TransformStream<Uint8Array, Uint8Array<ArrayBuffer>> {
  let left = size
  return new TransformStream({
    transform(chunk: Uint8Array<ArrayBuffer>, controller) {
      left -= chunk.length
      if (left < 0) throw new DamagedZip('more bytes than announced')
      controller.enqueue(chunk)
    },
    flush() {
      if (left > 0) throw new DamagedZip('fewer bytes than announced')
    },
  })
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

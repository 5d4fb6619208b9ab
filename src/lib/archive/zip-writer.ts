/**
 * Writes a zip as a stream of pieces, as fast as they are taken: nothing but the piece under way, the names and the
 * directory at the end is in memory.
 *
 * Shape   `archive/zip-records.ts`; nothing is compressed: photos and films are already, and the texts beside them take
 *         a thousandth of their room. Zip64 only where something lies beyond 4 GiB, or there are more than 65,534 files
 * Errors  `add…` rejects with what the contents or the output reject with, and where a file is not as long as it said;
 *         the zip is not to be used then, and the output is left to whoever gave it
 * Source  PKWARE APPNOTE 6.3.10
 */
import { utf8, type Bytes } from '#lib/base/bytes.ts'
import { crc32 } from './crc32.ts'
import {
  descriptorRecord,
  directoryRecord,
  endRecords,
  headerRecord,
  zip64From,
} from './zip-records.ts'

export interface ZipWriting {
  /** One after another, each name once. */
  addFile(path: string, contents: Blob, modifiedMs: number): Promise<void>
  addText(path: string, pieces: Iterable<string>, modifiedMs: number): Promise<void>
  /** The directory: after it the stream ends. */
  close(): Promise<void>
}

interface Contents {
  readonly path: string
  readonly modifiedMs: number
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>
  /** Null: as it comes, below 4 GiB. */
  readonly size: number | null
}

/** Small records go out together, for what takes them does not like crumbs. */
const blockBytes = 64 * 1024
const textPieceChars = 64 * 1024
const maxNameBytes = 0xffff

/** A zip that is written into `output`. */
export function createZipWriter(output: WritableStream<Uint8Array>): ZipWriting {
  const out = createBlocks((block) => writeTo(output, block))
  const directoryBlocks: Uint8Array[] = []
  const directory = createBlocks((block) => void directoryBlocks.push(block))
  const names = new Set<string>()

  const add = async ({ path, modifiedMs, pieces, size: announced }: Contents): Promise<void> => {
    const name = utf8(path)
    if (names.has(path) || name.length > maxNameBytes)
      throw new RangeError(`not a new name: ${path}`)
    names.add(path)
    const isLong = announced !== null && announced >= zip64From
    const header = { name, modifiedMs, isLong, offset: out.size() }
    await out.add(headerRecord(header))
    let [crc, size] = [0, 0]
    for await (const piece of pieces) {
      crc = crc32(crc, piece)
      size += piece.length
      await out.add(piece)
    }
    if (announced === null ? size >= zip64From : size !== announced)
      throw new RangeError(`${path} is not as long as it said`)
    const entry = { ...header, crc, size }
    await out.add(descriptorRecord(entry))
    await directory.add(directoryRecord(entry))
  }

  return {
    addFile: (path, contents, modifiedMs) =>
      add({ path, modifiedMs, pieces: piecesOf(contents.stream()), size: contents.size }),
    addText: (path, pieces, modifiedMs) =>
      add({ path, modifiedMs, pieces: textPieces(pieces), size: null }),
    async close() {
      const offset = out.size()
      await directory.flush()
      for (const block of directoryBlocks) await out.add(block)
      await out.add(endRecords({ count: names.size, size: directory.size(), offset }))
      await out.flush()
      await output.close()
    },
  }
}

/** Without keeping hold of it: who gave the output can end it at any time. */
async function writeTo(output: WritableStream<Uint8Array>, block: Uint8Array): Promise<void> {
  const writer = output.getWriter()
  try {
    await writer.write(block)
  } finally {
    writer.releaseLock()
  }
}

interface Blocks {
  add(piece: Uint8Array): Promise<void>
  flush(): Promise<void>
  /** Of all that was added, in bytes. */
  size(): number
}

/** Gathers small pieces to blocks and passes on large ones as they are. */
function createBlocks(take: (block: Uint8Array) => Promise<void> | void): Blocks {
  const block = new Uint8Array(blockBytes)
  let [used, size] = [0, 0]
  const flush = async (): Promise<void> => {
    if (used === 0) return
    const full: Bytes = block.slice(0, used)
    used = 0
    await take(full)
  }
  return {
    async add(piece) {
      size += piece.length
      if (used + piece.length > blockBytes) await flush()
      if (piece.length >= blockBytes) return take(piece)
      block.set(piece, used)
      used += piece.length
    },
    flush,
    size: () => size,
  }
}

/** What a stream gives; it is told where nobody goes on. */
async function* piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

function* textPieces(pieces: Iterable<string>): Generator<Uint8Array> {
  let text = ''
  for (const piece of pieces) {
    text += piece
    if (text.length < textPieceChars) continue
    yield utf8(text)
    text = ''
  }
  if (text !== '') yield utf8(text)
}

/**
 * Writes a zip as a stream of pieces, as fast as they are taken: nothing but the piece under way, the names and the
 * directory at the end is in memory.
 *
 * Shape   stored, not compressed (photos and films are already), texts deflated; names in UTF-8; sizes behind the data;
 *         zip64 where it takes more than 4 GB
 * Errors  `add` rejects with what the contents reject with, and the zip is not to be used then
 * Source  PKWARE APPNOTE 6.3.10; `@zip.js/zip.js`
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { plainBytes, utf8 } from '#lib/base/bytes.ts'

export interface ZipWriting {
  /** One after another. */
  addFile(path: string, contents: Blob, modifiedMs: number): Promise<void>
  addText(path: string, pieces: Iterable<string>, modifiedMs: number): Promise<void>
  /** The directory: after it the stream ends. */
  close(): Promise<void>
}

/** The earliest and the latest that the format's clock tells. */
const clockMs = { from: Date.UTC(1980, 0, 2), to: Date.UTC(2107, 11, 30) }
const textPieceChars = 64 * 1024

/** A zip that is written into `output`. */
export async function createZipWriter(output: WritableStream<Uint8Array>): Promise<ZipWriting> {
  const { ZipWriter } = await import('@zip.js/zip.js/lib/zip-core-native.js')
  const zip = new ZipWriter(output, { useWebWorkers: false, keepOrder: true })
  const dated = (ms: number) => ({
    lastModDate: new Date(Math.min(clockMs.to, Math.max(clockMs.from, ms))),
  })
  return {
    async addFile(path, contents, modifiedMs) {
      const sizes = { level: 0, uncompressedSize: contents.size }
      await zip.add(path, contents.stream(), { ...sizes, ...dated(modifiedMs) })
    },
    async addText(path, pieces, modifiedMs) {
      await zip.add(path, textStream(pieces), { level: 6, ...dated(modifiedMs) })
    },
    async close() {
      await zip.close()
    },
  }
}

function textStream(pieces: Iterable<string>): ReadableStream<Bytes> {
  const iterator = pieces[Symbol.iterator]()
  return new ReadableStream<Bytes>(
    {
      pull(controller) {
        let text = ''
        for (let next = iterator.next(); ; next = iterator.next()) {
          if (next.done !== true) text += next.value
          if (next.done !== true && text.length < textPieceChars) continue
          if (text !== '') controller.enqueue(plainBytes(utf8(text)))
          if (next.done === true) controller.close()
          return
        }
      },
    },
    { highWaterMark: 0 },
  )
}

/** A file of any length as browsers give it: Node's own `openAsBlob` counts its bytes in 32 bits. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'

/** The file at a path, read where it is asked for. */
export async function openFileOnDisk(path: string): Promise<File> {
  return partOf(path, 0, (await stat(path)).size)
}

function partOf(path: string, from: number, to: number): File {
  const size = Math.max(0, to - from)
  const read = () =>
    size === 0 ? Readable.from([]) : createReadStream(path, { start: from, end: to - 1 })
  return Object.defineProperties(new File([], basename(path)), {
    size: { value: size },
    slice: {
      value: (start = 0, end = size) =>
        partOf(path, Math.min(to, from + start), Math.min(to, from + end)),
    },
    stream: { value: () => Readable.toWeb(read()) },
    arrayBuffer: {
      value: async () => {
        const { buffer: bytes, byteOffset, byteLength } = await buffer(read())
        return bytes.slice(byteOffset, byteOffset + byteLength)
      },
    },
  })
}

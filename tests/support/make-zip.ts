/** Zips for tests: sound ones, and such as nobody means well with. */
import {
  BlobWriter,
  TextReader,
  Uint8ArrayReader,
  ZipWriter,
} from '@zip.js/zip.js/lib/zip-core-native.js'

export type ZipInput = readonly (readonly [path: string, contents: string | Uint8Array])[]

export async function makeZip(
  files: ZipInput,
  { name = 'photos.zip', password = '', level = 0 } = {},
): Promise<File> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false, level })
  for (const [path, contents] of files) {
    const reader =
      typeof contents === 'string' ? new TextReader(contents) : new Uint8ArrayReader(contents)
    await zip.add(path, reader, {
      lastModDate: new Date(2020, 1, 3, 12),
      ...(password === '' ? {} : { password }),
    })
  }
  return new File([await zip.close()], name)
}

/** The zip with some bytes replaced: all places where `from` stands, by text of the same length. */
export async function patchZip(zip: File, from: string, to: string): Promise<File> {
  const text = Buffer.from(await zip.arrayBuffer()).toString('latin1')
  return new File([Buffer.from(text.replaceAll(from, to), 'latin1')], zip.name)
}

/** The zip with a number in the directory's record of its n-th file replaced. */
export async function patchRecord(
  zip: File,
  n: number,
  { at, value, bytes }: { readonly at: number; readonly value: number; readonly bytes: 2 | 4 },
): Promise<File> {
  const all = Buffer.from(await zip.arrayBuffer())
  let place = -1
  for (let count = 0; count <= n; count++) place = all.indexOf('PK\u0001\u0002', place + 1)
  if (bytes === 4) all.writeUInt32LE(value, place + at)
  else all.writeUInt16LE(value, place + at)
  return new File([all], zip.name)
}

/** Offsets in a directory record: flags (the first bit: encrypted), method, CRC, packed and unpacked length, place of the file. */
export const recordFields = { flags: 8, method: 10, crc: 16, packed: 20, unpacked: 24, offset: 42 }

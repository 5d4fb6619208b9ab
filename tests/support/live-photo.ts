/** The two halves of a live photo, as small as they can be: neither holds a picture that anything decodes. */
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { bigEndian32, exifSegment, exifTiff, withSegments } from './exif-segment.ts'

/** What both halves of one live photo carry. */
export const liveIdentifier = '9F0B1C2D-3E4F-4A5B-8C6D-7E8F90A1B2C3'

export interface LiveFile {
  readonly name: string
  /** None where whoever converted it left it out. */
  readonly identifier?: string
  /** Tells files apart. */
  readonly seed?: number
}

/** A JPEG with the maker's note of an iPhone. */
export function liveStill({ name, identifier, seed = 1 }: LiveFile): File {
  const bare = Uint8Array.of(0xff, 0xd8, 0xff, 0xfe, 0, 3, seed, 0xff, 0xda, 0, 2, 0xff, 0xd9)
  const bytes = withSegments(bare, exifSegment(exifTiff({ liveIdentifier: identifier })))
  return fileOf(bytes, name, 'image/jpeg')
}

/** A QuickTime film of so many seconds, with its header at the end. */
export function liveFilm({ name, identifier, seed = 1 }: LiveFile, seconds = 3): File {
  const contents = box('mdat', new Uint8Array(2000).fill(seed))
  const metadata = identifier === undefined ? new Uint8Array() : liveMetadata(identifier)
  const header = box('moov', concatBytes(movieHeader(seconds), metadata))
  const type = box('ftyp', concatBytes(utf8('qt  '), bigEndian32(0)))
  return fileOf(concatBytes(type, contents, header), name, 'video/quicktime')
}

/** The box that names a film's live photo, for the end of `moov`. */
export function liveMetadata(identifier: string): Bytes {
  const handler = box('hdlr', concatBytes(new Uint8Array(8), utf8('mdta'), new Uint8Array(14)))
  const names = ['com.apple.quicktime.make', 'com.apple.quicktime.content.identifier']
  const keys = names.map((name) => box('mdta', utf8(name)))
  const values = ['Apple', identifier].map((value, n) => {
    const data = box('data', concatBytes(bigEndian32(1), bigEndian32(0), utf8(value)))
    return concatBytes(bigEndian32(data.length + 8), bigEndian32(n + 1), data)
  })
  return box(
    'meta',
    concatBytes(
      handler,
      box('keys', concatBytes(bigEndian32(0), bigEndian32(keys.length), ...keys)),
      box('ilst', concatBytes(...values)),
    ),
  )
}

/** The maker's note of an iPhone's still. */
export function appleNote(identifier: string): Bytes {
  const value = utf8(`${identifier}\0`)
  return concatBytes(
    ...[utf8('Apple iOS\0'), Uint8Array.of(0, 1), utf8('MM'), Uint8Array.of(0, 1)],
    ...[Uint8Array.of(0, 0x11, 0, 2), bigEndian32(value.length), bigEndian32(32)],
    ...[bigEndian32(0), value],
  )
}

function movieHeader(seconds: number): Bytes {
  const times = [0, 0, 0, 1000, 1000 * seconds].map(bigEndian32)
  return box('mvhd', concatBytes(...times, new Uint8Array(80)))
}

function box(name: string, content: Uint8Array): Bytes {
  return concatBytes(bigEndian32(content.length + 8), utf8(name), content)
}

function fileOf(bytes: Bytes, name: string, type: string): File {
  return new File([bytes], name, { type, lastModified: Date.UTC(2026, 5, 1) })
}

/**
 * The size that a picture's header claims, before anything is decoded: what a decoder would have to
 * find memory for. Stored sides; the orientation is not applied.
 *
 * Errors  total: null where the header is missing, cut off or of another format
 * Source  ITU-T T.81 B.2.2; PNG §11.2.1; RFC 9649 §2.5–2.7; GIF89a §18; ISO/IEC 23008-12 §6.5.3 (ispe)
 */

export interface Size {
  readonly width: number
  readonly height: number
}

/** HEIF and AVIF keep their properties in the first boxes. */
const PROPERTY_BYTES = 64 * 1024

/** The claimed size of a picture of that media type, or null. */
export function parseImageSize(mime: string, bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  switch (mime) {
    case 'image/jpeg':
      return jpegSize(view)
    case 'image/png':
      return view.byteLength < 24 ? null : sized(view.getUint32(16), view.getUint32(20))
    case 'image/gif':
      return view.byteLength < 10 ? null : sized(view.getUint16(6, true), view.getUint16(8, true))
    case 'image/bmp':
      return view.byteLength < 26
        ? null
        : sized(view.getInt32(18, true), Math.abs(view.getInt32(22, true)))
    case 'image/webp':
      return webpSize(view)
    case 'image/avif':
    case 'image/heic':
    case 'image/heif':
      return largestProperty(view)
    default:
      return null
  }
}

function sized(width: number, height: number): Size | null {
  return width > 0 && height > 0 ? { width, height } : null
}

/** Walks the segments up to the first frame header (SOF0–SOF15 without the tables among them). */
function jpegSize(view: DataView): Size | null {
  let at = 2
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    if (marker === 0xff) {
      at += 1
      continue
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return sized(view.getUint16(at + 7), view.getUint16(at + 5))
    if (marker === 0xd9 || marker === 0xda) return null
    const bare = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)
    at += bare ? 2 : 2 + view.getUint16(at + 2)
  }
  return null
}

function webpSize(view: DataView): Size | null {
  if (view.byteLength < 30) return null
  switch (view.getUint32(12)) {
    case fourBytes('VP8 '):
      return sized(view.getUint16(26, true) & 0x3fff, view.getUint16(28, true) & 0x3fff)
    case fourBytes('VP8L'): {
      const bits = view.getUint32(21, true)
      return sized((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1)
    }
    case fourBytes('VP8X'):
      return sized(uint24(view, 24) + 1, uint24(view, 27) + 1)
    default:
      return null
  }
}

function uint24(view: DataView, at: number): number {
  return view.getUint16(at, true) + 65_536 * view.getUint8(at + 2)
}

/** A picture of tiles lists the size of a tile and of the whole: the largest one is the whole. */
function largestProperty(view: DataView): Size | null {
  const ispe = fourBytes('ispe')
  let largest: Size | null = null
  for (let at = 0; at + 16 <= Math.min(view.byteLength, PROPERTY_BYTES); at++) {
    if (view.getUint32(at) !== ispe) continue
    const size = sized(view.getUint32(at + 8), view.getUint32(at + 12))
    if (size !== null && pixels(size) > pixels(largest)) largest = size
  }
  return largest
}

function pixels(size: Size | null): number {
  return size === null ? 0 : size.width * size.height
}

function fourBytes(name: string): number {
  return Array.from(name).reduce((sum, char) => sum * 256 + char.charCodeAt(0), 0)
}

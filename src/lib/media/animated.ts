/**
 * Whether a picture moves, by its header and blocks, before anything is decoded.
 *
 * Errors  total: false where the bytes are cut off or of another format
 * Source  RFC 9649 §2.7 (VP8X, flag A); GIF89a §20; APNG (acTL before IDAT); AVIF §6.3 (brand avis)
 */

/** Brands, chunks and flags that matter stand at the beginning. */
const headBytes = 4096

/** Of the formats that move and that browsers show. */
export function isAnimated(mime: string, bytes: Uint8Array): boolean {
  const head = latin1(bytes.subarray(0, headBytes))
  switch (mime) {
    case 'image/webp':
      return head.slice(12, 16) === 'VP8X' && ((bytes[20] ?? 0) & 0x02) !== 0
    case 'image/png':
      return head.includes('acTL')
    case 'image/avif':
      return head.slice(4, 8) === 'ftyp' && head.slice(8, 64).includes('avis')
    case 'image/gif':
      return gifFrames(bytes) > 1
    default:
      return false
  }
}

/** Walks the blocks of a GIF to its second picture. */
function gifFrames(bytes: Uint8Array): number {
  const at = (n: number): number => bytes[n] ?? 0
  const tableBytes = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)
  let next = 13 + tableBytes(at(10))
  let frames = 0
  const skipBlocks = (): void => {
    while (at(next) > 0) next += 1 + at(next)
    next += 1
  }
  while (next < bytes.length && frames < 2) {
    const kind = at(next)
    if (kind === 0x21) next += 2
    else if (kind === 0x2c) {
      frames++
      next += 11 + tableBytes(at(next + 9))
    } else return frames
    skipBlocks()
  }
  return frames
}

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')
}

/**
 * What a file is, by its first bytes. Names and what a browser believes of them are not trusted.
 *
 * Errors  total: any bytes, however few
 * Source  https://mimesniff.spec.whatwg.org §6; ISO/IEC 14496-12 §4.3 (ftyp), MP4RA brands
 */

/** How many first bytes `sniffMime` looks at. */
export const sniffedBytes = 512

interface Signature {
  readonly mime: string
  /** Latin-1; `?` matches any byte. */
  readonly pattern: string
}

const SIGNATURES: readonly Signature[] = [
  { mime: 'image/jpeg', pattern: '\xff\xd8\xff' },
  { mime: 'image/png', pattern: '\x89PNG\r\n\x1a\n' },
  { mime: 'image/webp', pattern: 'RIFF????WEBP' },
  { mime: 'image/gif', pattern: 'GIF87a' },
  { mime: 'image/gif', pattern: 'GIF89a' },
  { mime: 'image/bmp', pattern: 'BM????\0\0\0\0' },
  { mime: 'image/tiff', pattern: 'II*\0' },
  { mime: 'image/tiff', pattern: 'MM\0*' },
  { mime: 'image/jxl', pattern: '\xff\x0a' },
  { mime: 'image/jxl', pattern: '\0\0\0\x0cJXL \r\n\x87\n' },
  { mime: 'video/x-msvideo', pattern: 'RIFF????AVI ' },
  { mime: 'audio/wav', pattern: 'RIFF????WAVE' },
  { mime: 'application/pdf', pattern: '%PDF-' },
  { mime: 'application/zip', pattern: 'PK\x03\x04' },
  // QuickTime files older than `ftyp` begin with any of their boxes.
  { mime: 'video/quicktime', pattern: '????moov' },
  { mime: 'video/quicktime', pattern: '????mdat' },
  { mime: 'video/quicktime', pattern: '????wide' },
]

const BRANDS: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  avis: 'image/avif',
  heic: 'image/heic',
  heix: 'image/heic',
  heim: 'image/heic',
  heis: 'image/heic',
  hevc: 'image/heic-sequence',
  hevx: 'image/heic-sequence',
  'qt  ': 'video/quicktime',
  'M4A ': 'audio/mp4',
  'crx ': 'image/x-canon-cr3',
}
/** Brands of the container that leave the coding to the compatible brands. */
const GENERIC_IMAGE_BRANDS = ['mif1', 'msf1', 'mif2']

/** The media type of a file that begins with these bytes, or null where they tell nothing. */
export function sniffMime(head: Uint8Array): string | null {
  const text = latin1(head.subarray(0, sniffedBytes))
  if (text.slice(4, 8) === 'ftyp') return mimeOfBrands(text)
  if (text.startsWith('\x1a\x45\xdf\xa3')) {
    return text.includes('webm') ? 'video/webm' : 'video/x-matroska'
  }
  return SIGNATURES.find(({ pattern }) => matches(text, pattern))?.mime ?? null
}

function mimeOfBrands(text: string): string {
  const major = text.slice(8, 12)
  if (GENERIC_IMAGE_BRANDS.includes(major)) {
    return compatibleBrands(text).includes('avif') ? 'image/avif' : 'image/heif'
  }
  if (/^3g[gp2]/.test(major)) return 'video/3gpp'
  return BRANDS[major] ?? 'video/mp4'
}

function compatibleBrands(text: string): string[] {
  const length = [0, 1, 2, 3].reduce((sum, i) => sum * 256 + (text.charCodeAt(i) || 0), 0)
  const brands: string[] = []
  for (let at = 16; at + 4 <= Math.min(length, text.length); at += 4) {
    brands.push(text.slice(at, at + 4))
  }
  return brands
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes)
}

function matches(text: string, pattern: string): boolean {
  if (text.length < pattern.length) return false
  for (let i = 0; i < pattern.length; i++) {
    if (pattern[i] !== '?' && pattern[i] !== text[i]) return false
  }
  return true
}

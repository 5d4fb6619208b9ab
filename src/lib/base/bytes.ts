/** Bytes with a plain buffer behind them: what WebCrypto, IndexedDB and the network accept. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Up to here a loop is quicker than a call of the platform, and most texts are names of fields. */
const shortText = 24

/** UTF-8 of a text. */
export function utf8(text: string): Bytes {
  if (text.length > shortText) return encoder.encode(text)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < bytes.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return encoder.encode(text)
    bytes[i] = code
  }
  return bytes
}

/** The text of these bytes (from one place to before another), or null where they are no valid UTF-8. */
export function parseUtf8(bytes: Uint8Array, from = 0, to = bytes.length): string | null {
  const ascii = to - from <= shortText ? parseAscii(bytes, from, to) : null
  if (ascii !== null) return ascii
  try {
    return strictDecoder.decode(bytes.subarray(from, to))
  } catch {
    return null
  }
}

function parseAscii(bytes: Uint8Array, from: number, to: number): string | null {
  let text = ''
  for (let i = from; i < to; i++) {
    const byte = bytes[i] ?? 0
    if (byte > 0x7f) return null
    text += String.fromCharCode(byte)
  }
  return text
}

/** All parts one after another, copied. */
export function concatBytes(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/** Lexicographic order by byte value; a prefix comes first. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Equality of public bytes; not constant in time, never for secrets. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && compareBytes(a, b) === 0
}

/** The same bytes with a plain buffer behind them; copies only where the buffer is shared or unknown. */
export function plainBytes(bytes: Uint8Array): Bytes {
  return bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : new Uint8Array(bytes)
}

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  if (bytes.length > mostHexAtOnce)
    return toHex(bytes.subarray(0, mostHexAtOnce)) + toHex(bytes.subarray(mostHexAtOnce))
  // In one piece: put together pair by pair, engines keep every step of it, ten times as many bytes.
  const digits = new Array<number>(2 * bytes.length)
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    digits[2 * i] = hexCodes[byte >> 4] ?? 0
    digits[2 * i + 1] = hexCodes[byte & 15] ?? 0
  }
  return String.fromCharCode(...digits)
}

/** The bytes of a lower-case hexadecimal text, or null. Without substrings: every row of an index holds eight ids. */
export function parseHex(hex: string): Bytes | null {
  if (hex.length % 2 !== 0) return null
  const bytes = new Uint8Array(hex.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    const high = hexDigits[hex.charCodeAt(2 * i)] ?? noDigit
    const low = hexDigits[hex.charCodeAt(2 * i + 1)] ?? noDigit
    if (high === noDigit || low === noDigit) return null
    bytes[i] = high * 16 + low
  }
  return bytes
}

/** base64url without padding (RFC 4648 §5). */
export function toBase64Url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** The bytes of a base64url text without padding, or null; every spelling but the canonical one is refused. */
export function parseBase64Url(text: string): Bytes | null {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) return null
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0))
  return toBase64Url(bytes) === text ? bytes : null
}

/** Each digit is an argument of a call, of which engines take some ten thousand. */
const mostHexAtOnce = 1024
const hexCodes = encoder.encode('0123456789abcdef')
const noDigit = 255
/** The value of a hexadecimal digit by its character code. */
const hexDigits = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = '0123456789abcdef'.indexOf(String.fromCharCode(code))
  return value < 0 ? noDigit : value
})

/**
 * The `Range` header (RFC 9110 §14): one range of bytes.
 *
 * Errors  several ranges, other units and nonsense are ignored, as the RFC allows: the whole is
 *         answered. A range that lies outside is 'unsatisfiable' (416).
 */
export interface ByteRange {
  readonly start: number
  /** Exclusive. */
  readonly end: number
}

/** The range asked for of something that long; null where the whole is to be answered. */
export function parseByteRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(' ', '') ?? '')
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? null : suffixRange(Number(last), size)
  const start = Number(first)
  const end = last === '' ? size : Math.min(size, Number(last) + 1)
  if (last !== '' && Number(last) < start) return null
  return start >= size ? 'unsatisfiable' : { start, end }
}

function suffixRange(length: number, size: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || size === 0) return 'unsatisfiable'
  return { start: Math.max(0, size - length), end: size }
}

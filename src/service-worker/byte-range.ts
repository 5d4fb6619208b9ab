/**
 * The Range header of a media request.
 *
 * Shape   one range in bytes: `bytes=0-1`, `bytes=500-`, `bytes=-500`
 * Errors  total; what is no single byte range is as if it were not there (RFC 9110 allows that)
 * Source  RFC 9110 §14.1.2, §14.2
 */

/** Plaintext [from, to). */
export interface ByteRange {
  readonly from: number
  readonly to: number
}

/** What to answer with: all of it, a part, or 416. */
export type RangeAnswer = ByteRange | 'whole' | 'unsatisfiable'

export function parseByteRange(header: string | null, size: number): RangeAnswer {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  const [first = '', last = ''] = match?.slice(1) ?? []
  if (first === '' && last === '') return 'whole'
  if (first === '') return suffixOf(Number(last), size)
  const from = Number(first)
  const to = last === '' ? size : Math.min(size, Number(last) + 1)
  if (last !== '' && Number(last) < from) return 'whole'
  return from < size ? { from, to } : 'unsatisfiable'
}

function suffixOf(length: number, size: number): RangeAnswer {
  return length === 0 || size === 0
    ? 'unsatisfiable'
    : { from: Math.max(0, size - length), to: size }
}

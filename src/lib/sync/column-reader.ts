/**
 * Numbers, texts and run-length encoded columns of Automerge's formats, read from bytes that anybody may have written.
 *
 * Shape   numbers are LEB128. A column: runs of (count, value), (−n, n values) or (0, count of nulls); one of differences
 *         has in each place what is to be added to the value before; one of truths has counts of no and yes in turn
 * Errors  total: from what is not there on, everything is 0 and `hasFailed`
 * Source  https://automerge.org/automerge-binary-format-spec/
 */

/** Reads on until something is not there; from then on everything is 0 and `hasFailed`. */
export class Reader {
  #failed = false
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  hasFailed(): boolean {
    return this.#failed
  }

  left(): number {
    return this.#bytes.length - this.#at
  }

  byte(): number {
    if (this.left() === 0) this.#failed = true
    return this.#failed ? 0 : (this.#bytes[this.#at++] ?? 0)
  }

  uint(): number {
    return this.#number(false)
  }

  int(): number {
    return this.#number(true)
  }

  /** Numbers beyond 2^53 − 1 are none. */
  #number(isSigned: boolean): number {
    let [value, scale] = [0, 1]
    for (;;) {
      const byte = this.byte()
      value += (byte & 0x7f) * scale
      scale *= 128
      if (this.#failed || !Number.isSafeInteger(value)) return this.#fail()
      if (byte < 0x80) return isSigned && (byte & 0x40) !== 0 ? value - scale : value
    }
  }

  skip(length: number): boolean {
    if (length > this.left()) this.#failed = true
    else this.#at += length
    return !this.#failed
  }

  skipText(): number {
    const length = this.uint()
    return this.skip(length) ? length : 0
  }

  take(length: number): Uint8Array | null {
    const start = this.#at
    return this.skip(length) ? this.#bytes.subarray(start, this.#at) : null
  }

  #fail(): number {
    this.#failed = true
    return 0
  }
}

/** Rows of a column, and its values added up. */
export function sumRuns(
  reader: Reader,
  readValue: () => number,
): { readonly rows: number; readonly sum: number } {
  let [rows, sum] = [0, 0]
  while (reader.left() > 0 && !reader.hasFailed()) {
    const count = reader.int()
    if (count > 0) sum += count * readValue()
    for (let literal = count; literal < 0 && !reader.hasFailed(); literal++) sum += readValue()
    rows += count === 0 ? reader.uint() : Math.abs(count)
  }
  return { rows, sum }
}

/** Rows of a column of truths. */
export function countTruths(reader: Reader): number {
  let rows = 0
  while (reader.left() > 0 && !reader.hasFailed()) rows += reader.uint()
  return rows
}

/**
 * The values of a column, one row after another; null in rows without one and behind its end. To be asked for no more
 * rows than were counted.
 */
export function createColumn<Value>(
  bytes: Uint8Array,
  readValue: (reader: Reader) => Value,
): () => Value | null {
  const reader = new Reader(bytes)
  let [left, isRun] = [0, false]
  let value: Value | null = null
  return () => {
    while (left === 0) {
      if (reader.left() === 0) return null
      const count = reader.int()
      isRun = count >= 0
      value = count > 0 ? readValue(reader) : null
      left = count === 0 ? reader.uint() : Math.abs(count)
      if (reader.hasFailed()) return null
    }
    left--
    return isRun ? value : readValue(reader)
  }
}

/** The same of a column of differences. */
export function createDifferences(bytes: Uint8Array): () => number | null {
  const next = createColumn(bytes, (reader) => reader.int())
  let value = 0
  return () => {
    const difference = next()
    return difference === null ? null : (value += difference)
  }
}

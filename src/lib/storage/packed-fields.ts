/**
 * Fields one after another in bytes, little-endian, for what only this device reads.
 * Reading past the end, or text that is no UTF-8, spoils the reader: `ok` is false then and fields are empty.
 */
import { parseUtf8, utf8, type Bytes } from '#lib/base/bytes.ts'

export class FieldWriter {
  #bytes = new Uint8Array(512)
  #view = new DataView(this.#bytes.buffer)
  #at = 0

  u8(value: number): void {
    const at = this.#claim(1)
    this.#view.setUint8(at, value)
  }
  u32(value: number): void {
    const at = this.#claim(4)
    this.#view.setUint32(at, value, true)
  }
  f64(value: number): void {
    const at = this.#claim(8)
    this.#view.setFloat64(at, value, true)
  }
  raw(bytes: Uint8Array): void {
    const at = this.#claim(bytes.length)
    this.#bytes.set(bytes, at)
  }
  /** With its length. */
  bytes(bytes: Uint8Array): void {
    this.u32(bytes.length)
    this.raw(bytes)
  }
  text(text: string): void {
    if (text === '') this.u32(0)
    else this.bytes(utf8(text))
  }
  /** What was written since the last time; the next fields start anew in the same memory. */
  finish(): Bytes {
    const bytes = this.#bytes.slice(0, this.#at)
    this.#at = 0
    return bytes
  }

  /** Asked for before the bytes are: it may replace them. */
  #claim(length: number): number {
    const at = this.#at
    this.#at += length
    if (this.#at > this.#bytes.length) {
      const grown = new Uint8Array(2 * this.#at)
      grown.set(this.#bytes)
      this.#bytes = grown
      this.#view = new DataView(grown.buffer)
    }
    return at
  }
}

export class FieldReader {
  readonly #bytes: Bytes
  readonly #view: DataView
  #at = 0
  #ok = true

  constructor(bytes: Bytes) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** Whether every field so far was there. */
  get ok(): boolean {
    return this.#ok
  }
  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  u8(): number {
    const at = this.#claim(1)
    return at === null ? 0 : this.#view.getUint8(at)
  }
  u32(): number {
    const at = this.#claim(4)
    return at === null ? 0 : this.#view.getUint32(at, true)
  }
  f64(): number {
    const at = this.#claim(8)
    return at === null ? 0 : this.#view.getFloat64(at, true)
  }
  raw(length: number): Bytes {
    return this.look(length).slice()
  }
  /** The same without a copy; for what is not kept. */
  look(length: number): Bytes {
    const at = this.#claim(length)
    return at === null ? new Uint8Array() : this.#bytes.subarray(at, at + length)
  }
  bytes(): Bytes {
    return this.raw(this.u32())
  }
  text(): string {
    const length = this.u32()
    if (length === 0) return ''
    const text = parseUtf8(this.look(length))
    if (text === null) this.#ok = false
    return text ?? ''
  }

  #claim(length: number): number | null {
    if (!this.#ok || length > this.#bytes.length - this.#at) {
      this.#ok = false
      return null
    }
    const at = this.#at
    this.#at += length
    return at
  }
}

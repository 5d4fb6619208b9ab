import type { Bytes } from '#lib/base/bytes.ts'

/**
 * The bytes with a buffer of exactly their length: storing a view would store all of the buffer behind it
 * (a whole frame, or the memory of a wasm module).
 */
export function ownBytes(bytes: Uint8Array): Bytes {
  const isWhole = bytes.byteLength === bytes.buffer.byteLength
  return isWhole && bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : new Uint8Array(bytes)
}

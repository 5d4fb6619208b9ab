/**
 * Canonical CBOR, the one encoding of everything that is signed or hashed.
 *
 * Shape   unsigned and negative integers within ±(2^53 − 1), byte strings, texts (valid UTF-8),
 *         arrays, maps with text keys, true, false, null. No tags, floats, undefined, indefinite lengths.
 * Order   RFC 8949 §4.2.1: shortest heads; map keys in the order of their encoded bytes; no duplicates.
 * Errors  `parseCbor` is total: null for anything else, trailing bytes, or nesting deeper than 16.
 *         `encodeCbor` throws on a value outside the shape (a bug).
 * Source  RFC 8949 §3, §4.2.1
 */
import type { Bytes } from './bytes.ts'

export type CborMap = { readonly [key: string]: CborValue | undefined }
export type CborValue = null | boolean | number | string | Uint8Array | readonly CborValue[] | CborMap

/** The canonical encoding; map members that are `undefined` are left out. */
export declare function encodeCbor(value: CborValue): Bytes

/**
 * The value of exactly these bytes, or null. Maps come as objects without a prototype.
 * `anyOrder` accepts longer heads and unsorted keys (never duplicates): for the envelope of a
 * third party's encoder, never for what is hashed.
 */
export declare function parseCbor(bytes: Uint8Array, options?: { anyOrder?: boolean }): CborValue | null

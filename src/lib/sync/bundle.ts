/**
 * The plaintext of a `bundle`: changes of one document by its author.
 *
 * Shape   canonical CBOR array of byte strings, each one Automerge change
 * Errors  `parseBundle` is total (null)
 * Source  docs/design.md §7
 */
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor } from '#lib/base/cbor.ts'

export function encodeBundle(changes: readonly Bytes[]): Bytes {
  return encodeCbor(changes)
}

export function parseBundle(plaintext: Bytes): Bytes[] | null {
  const value = parseCbor(plaintext)
  if (!Array.isArray(value) || value.length === 0) return null
  const changes = (value as readonly unknown[]).filter((change) => change instanceof Uint8Array)
  return changes.length === value.length ? changes.map(plainBytes) : null
}

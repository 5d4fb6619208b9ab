/**
 * Which of several claims about one blob is true: what key opens it, how long it is, and of what type. Members write
 * such claims, in `core` (docs/design.md §6), and anybody may name anybody's blob there with whatever they like.
 *
 * A claim is tried on the last record alone, however long the blob is: it opens under the right key only, and is
 * marked as the last. Of claims that differ in nothing but the type, the one holds that the first bytes bear out.
 *
 * Errors  total: null where none is true, or not enough of the blob can be read
 */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { sniffMime, sniffedBytes } from '#lib/base/sniff.ts'
import { blobHeaderBytes, openRecords, recordRange, sealedSize } from './blob-format.ts'

export interface BlobClaim {
  readonly key: Bytes
  /** Plaintext bytes. */
  readonly size: number
  readonly mime: string
}

/** Ciphertext, wherever it is. */
export interface SealedSource {
  readonly size: number
  /** Bytes [start, end); null where they cannot be had. */
  read(start: number, end: number): Promise<Bytes | null>
}

/** The one that holds. A single one is not tried: whoever opens the blob will see. */
export async function whichOpens<Claim extends BlobClaim>(
  claims: readonly Claim[],
  sealed: SealedSource,
): Promise<Claim | null> {
  const [only, ...others] = claims
  if (only === undefined || others.length === 0) return only ?? null
  // No two lengths of a plaintext give one of the ciphertext.
  const fitting = claims.filter(({ size }) => sealedSize(size) === sealed.size)
  const size = fitting[0]?.size
  if (size === undefined) return null
  const tail = await readPart(sealed, { from: Math.max(0, size - 1), to: size, size })
  for (const [, alike] of Map.groupBy(fitting, ({ key }) => toHex(key))) {
    const [one] = alike
    if (one !== undefined && (await tail(one.key)) !== null) return ofType(alike, sealed)
  }
  return null
}

/** Of claims with one key and one size. */
async function ofType<Claim extends BlobClaim>(
  alike: readonly Claim[],
  sealed: SealedSource,
): Promise<Claim | null> {
  const [first, ...others] = alike
  if (first === undefined || others.length === 0) return first ?? null
  const { key, size } = first
  const head = await readPart(sealed, { from: 0, to: Math.min(size, sniffedBytes), size })
  const mime = sniffMime((await head(key)) ?? new Uint8Array())
  const [kind] = mime?.split('/') ?? []
  return (
    alike.find((claim) => claim.mime === mime) ??
    alike.find((claim) => kind !== undefined && claim.mime.startsWith(`${kind}/`)) ??
    first
  )
}

/** Reads a part once, to be tried with many keys. */
async function readPart(
  sealed: SealedSource,
  range: { readonly from: number; readonly to: number; readonly size: number },
): Promise<(key: Bytes) => Promise<Bytes | null>> {
  const nothing = new Uint8Array()
  if (range.size === 0) return () => Promise.resolve(nothing)
  const { start, end } = recordRange(range.from, range.to, range.size)
  const [header, records] = await Promise.all([
    sealed.read(0, blobHeaderBytes),
    sealed.read(start, end),
  ])
  return (key) =>
    header === null || records === null
      ? Promise.resolve(null)
      : openRecords({ header, records }, range, key)
}

/** Entries of real groups gone bad: changed bytes, parts of one in another, and what a member may sign but not mean. */
import fc from 'fast-check'
import { concatBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborMap } from '#lib/base/cbor.ts'
import { signEntry, type Entry } from '#lib/wire/entry.ts'
import { damaged } from './hostile-bytes.ts'
import type { SimulatedReplica } from './simulated-replicas.ts'

const signatureBytes = 64
const swappedFields = ['group', 'kind', 'doc', 'author', 'seq', 'after', 'epoch', 'body'] as const

/** How many of something hostile a test makes: more where the tests may take their time. */
export function hostileCount(usual: number): number {
  return process.env['SLOW'] === '1' ? usual * 10 : usual
}

/** Every entry that a device holds, as received. */
export async function entriesOf(device: SimulatedReplica): Promise<Entry[]> {
  const { log } = device.replica()
  return log.entries([...log.records()].map(({ id }) => id))
}

/** That many entries with bytes changed, cut or put in; none is one of the samples. */
export function damagedEntries(samples: readonly Bytes[], count: number, seed: number): Bytes[] {
  const known = new Set(samples.map(toHex))
  const drawn = fc.sample(damaged(samples), { numRuns: count + count / 4, seed })
  return drawn.filter((bytes) => !known.has(toHex(bytes))).slice(0, count)
}

/** Entries of which one field, or the signature, is that of another. */
export function swappedEntries(samples: readonly Bytes[], count: number, seed: number): Bytes[] {
  const pair = fc.record({
    one: fc.constantFrom(...samples),
    other: fc.constantFrom(...samples),
    field: fc.constantFrom(...swappedFields, 'signature' as const),
  })
  const known = new Set(samples.map(toHex))
  return fc
    .sample(pair, { numRuns: 4 * count, seed })
    .map(({ one, other, field }) => swapped(one, other, field))
    .filter((bytes) => !known.has(toHex(bytes)))
    .slice(0, count)
}

function swapped(one: Bytes, other: Bytes, field: (typeof swappedFields)[number] | 'signature') {
  if (field === 'signature')
    return concatBytes(one.slice(0, -signatureBytes), other.slice(-signatureBytes))
  const map = { ...mapOfEntry(one), [field]: mapOfEntry(other)[field] }
  return concatBytes(encodeCbor(map), one.slice(-signatureBytes))
}

function mapOfEntry(bytes: Bytes): CborMap {
  return parseCbor(bytes.subarray(0, -signatureBytes)) as CborMap
}

/** The entry's body and place said again by somebody else, under their own name and signature. */
export function saidBy(
  author: { readonly id: Entry['author']; readonly seed: Bytes; seq: number },
  entry: Entry,
  changes: Partial<Pick<Entry, 'doc' | 'epoch' | 'after' | 'body' | 'kind'>> = {},
): Entry {
  const { kind, doc, after, epoch, group } = { ...entry, ...changes }
  const envelope = {
    ...{ group, kind, after, author: author.id, seq: ++author.seq },
    ...(doc !== undefined && { doc }),
    ...(epoch !== undefined && { epoch }),
  }
  return signEntry(envelope, changes.body ?? entry.body, author.seed)
}

/**
 * What one Automerge change must keep to before it may be merged.
 *
 * A change is refused on a foreign actor, on deleting a map key, and on writing a second time what is
 * written once: `core`, `original`, the root containers, and whatever has an id for its key (an item, a
 * member, an album: replacing one would replace what it holds), and on maps that documents do not have. So nobody can speak as another, nothing
 * is lost, and immutable facts stay immutable.
 *
 * Shape   actor id = first 16 bytes of SHA-256(device key ‖ document id) ‖ 8 random bytes, hex
 * Errors  `readChange` is total: a problem's kind, or the facts needed to merge
 * Source  docs/design.md §6 "Checks before merging"
 */
import { concatBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import { idToBytes, platformRandom, type DeviceId, type DocId, type Random } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { Automerge } from './automerge.ts'
import { containers, createShape, idKey, type Shape } from './change-shape.ts'

export interface ChangeFacts {
  /** Hex. */
  readonly hash: string
  readonly actor: string
  readonly seq: number
  /** Hashes of the changes it builds upon. */
  readonly needs: readonly string[]
}

export type ChangeProblem = {
  readonly kind: 'undecodable' | 'foreign-actor' | 'deletes-key' | 'rewrites-fact' | 'strange-shape'
}

const facts = ['core', 'original']
const writeOnce = new Set([...facts, ...containers])

/** What every actor id of a device in a document begins with (32 hex digits). */
export function actorPrefix(device: DeviceId, doc: DocId): string {
  return toHex(sha256(concatBytes(idToBytes(device), idToBytes(doc)))).slice(0, 32)
}

/** A fresh actor id of a device in a document, for one engine start. */
export function createActor(device: DeviceId, doc: DocId, random: Random = platformRandom): string {
  return actorPrefix(device, doc) + toHex(random(8))
}

/** Decodes a change of `author` in `doc` and checks the rules; `shape` is that of the entry it is in. */
export function readChange(
  change: Bytes,
  author: DeviceId,
  doc: DocId,
  shape: Shape = createShape(() => null),
): Result<ChangeFacts, ChangeProblem> {
  const decoded = decode(change)
  if (decoded === null) return err({ kind: 'undecodable' })
  if (decoded.actor.length !== 48 || !decoded.actor.startsWith(actorPrefix(author, doc)))
    return err({ kind: 'foreign-actor' })
  for (const [at, op] of decoded.ops.entries()) {
    if (!shape.takes(op, `${decoded.startOp + at}@${decoded.actor}`))
      return err({ kind: 'strange-shape' })
    const key = 'key' in op ? op.key : undefined
    if (key === undefined) continue
    if (op.action === 'del') return err({ kind: 'deletes-key' })
    const isFirst = (op.pred ?? []).length === 0
    if (!isFirst && (writeOnce.has(key) || idKey.test(key))) return err({ kind: 'rewrites-fact' })
  }
  const { hash, actor, seq, deps: needs } = decoded
  return ok({ hash, actor, seq, needs })
}

interface DecodedOp {
  readonly action: string
  readonly obj?: string
  readonly key?: string
  readonly pred?: readonly string[]
}
interface Decoded {
  readonly hash: string
  readonly actor: string
  readonly seq: number
  readonly startOp: number
  readonly deps: readonly string[]
  readonly ops: readonly DecodedOp[]
}

function decode(change: Bytes): Decoded | null {
  try {
    const { hash, actor, seq, startOp, deps, ops } = Automerge.decodeChange(change)
    return { hash, actor, seq, startOp, deps, ops: ops as unknown as readonly DecodedOp[] }
  } catch {
    return null
  }
}

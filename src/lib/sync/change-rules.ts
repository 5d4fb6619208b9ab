/**
 * What one Automerge change must keep to before it may be merged.
 *
 * A change is refused on a foreign actor, on deleting a map key, on maps that documents do not have, and on writing a
 * second time what is written once: the root containers, an item, its `core`, a member, an album. So nobody can speak
 * as another, nothing is lost, and immutable facts stay immutable.
 *
 * A change says itself what it knew of, and of two values for one key Automerge shows one: "a second time" must not
 * depend on that. So containers are made by no entry (first-change.ts), an item only by the device that its id names
 * (base/item-id.ts), and its `core` in the same change as itself.
 *
 * Shape   actor id = first 16 bytes of SHA-256(device key ‖ document id) ‖ 8 random bytes, hex
 * Errors  `readChange` is total: a problem's kind, or the facts needed to merge
 * Source  docs/design.md §6 "Checks before merging"
 */
import { concatBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import { isItemIdBy, type ItemMaker } from '#lib/base/item-id.ts'
import { idToBytes, platformRandom, type DeviceId, type DocId, type Random } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { Automerge } from './automerge.ts'
import { createShape, idKey, type Shape } from './change-shape.ts'
import { containerById, containers } from './first-change.ts'

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
const roots = new Set<string>(containers)

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
  const isFirst = firstWriting({ device: author, doc })
  for (const [at, op] of decoded.ops.entries()) {
    const id = `${decoded.startOp + at}@${decoded.actor}`
    if (!shape.takes(op, id)) return err({ kind: 'strange-shape' })
    if (op.key === undefined) continue
    if (op.action === 'del') return err({ kind: 'deletes-key' })
    if (!isFirst(op, op.key, id)) return err({ kind: 'rewrites-fact' })
  }
  const { hash, actor, seq, deps: needs } = decoded
  return ok({ hash, actor, seq, needs })
}

/** Whether an operation of one change writes nothing that may be there already, told one operation after another. */
function firstWriting(maker: ItemMaker): (op: DecodedOp, key: string, id: string) => boolean {
  const made = new Set<string>()
  return ({ action, obj = '', pred = [] }, key, id) => {
    if (obj === '_root') return !roots.has(key)
    const container = containerById.get(obj)
    const isFact = facts.includes(key)
    if ((isFact || idKey.test(key)) && pred.length > 0) return false
    if (isFact) return made.has(obj)
    if (container === 'items') made.add(id)
    const isMap = action === 'makeMap'
    if (container === 'items') return isMap && isItemIdBy(key, maker)
    return isMap || (container !== 'members' && container !== 'albums')
  }
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

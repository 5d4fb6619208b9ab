/**
 * Whether a saved document is shaped as documents are: maps so deep in each other that loading them takes minutes and
 * gigabytes fit into a few thousand bytes.
 *
 * Shape   that of change-shape.ts; texts may be anywhere, since Automerge does not descend into them
 * Errors  total
 */
import { parseUtf8, type Bytes } from '#lib/base/bytes.ts'
import { depthByKey } from './change-shape.ts'
import { createColumn, createDifferences } from './column-reader.ts'
import { column, makeMap, makes, makeText, type DocumentColumns } from './document-chunk.ts'
import { containerById } from './first-change.ts'

/** What makes an object. */
interface Making {
  readonly action: number
  /** Null for the root. */
  readonly parent: string | null
  readonly key: string | null
}

/** As columns hold it; neither for the root. */
interface Id {
  readonly actor: number | null
  readonly counter: number | null
}

/** Whether it holds no maps but those that documents have, each at its depth, no lists, and no key that is a trap. */
export function isShaped({ operations, actors }: DocumentColumns, rows: number): boolean {
  const of = (id: number): Bytes => operations.get(id) ?? new Uint8Array()
  const number = (id: number) => createColumn(of(id), (reader) => reader.uint())
  const [objectActor, objectCounter] = [number(column.objectActor), number(column.objectCounter)]
  const [idActor, action] = [number(column.idActor), number(column.action)]
  const idCounter = createDifferences(of(column.idCounter))
  const nextKey = createColumn(of(column.key), (reader) => reader.take(reader.uint()))
  const nameOf = ({ actor, counter }: Id) =>
    actor === null || counter === null ? null : `${counter}@${actors[actor] ?? ''}`
  const made = new Map<string | null, Making>()
  for (let row = 0; row < rows; row++) {
    const doing = action()
    const key = nextKey()
    // Every column moves on with each row.
    const parent = { actor: objectActor(), counter: objectCounter() }
    const id = { actor: idActor(), counter: idCounter() }
    if (key !== null && isTrap(key)) return false
    if (doing === null || !makes.has(doing)) continue
    const name = nameOf(id)
    if (made.has(name)) return false
    made.set(name, { action: doing, parent: nameOf(parent), key: key && parseUtf8(key) })
  }
  return [...made].every(([name, making]) => isInPlace(name, making, made))
}

const trap = '__proto__'

function isTrap(key: Uint8Array): boolean {
  return key.length === trap.length && parseUtf8(key) === trap
}

function isInPlace(
  name: string | null,
  { action, parent, key }: Making,
  made: ReadonlyMap<string | null, Making>,
): boolean {
  if (action === makeText) return true
  if (action !== makeMap || key === null) return false
  if (parent === null) return containerById.get(name ?? '') === key
  const depth = depthByKey(key)
  const above = made.get(parent)
  if (depth === null || above?.action !== makeMap) return false
  return depth === 2 ? containerById.has(parent) : depthByKey(above.key ?? '') === depth - 1
}

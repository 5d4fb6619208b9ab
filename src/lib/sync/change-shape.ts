/**
 * Which maps a change may make: those that documents have, each at its depth. Anything deeper or other is refused,
 * because Automerge descends into maps and lists by recursion, and about a thousand levels end its module.
 *
 * Shape   depth 1, in the root: the containers, which are always there (first-change.ts); 2: maps with an id for their
 *         key (items, members, albums); 3: `bin` and `device <id>`. No lists or tables. A parent that is not known yet,
 *         because it is on its way in the same batch, is believed to be at the right depth: a batch is shorter than
 *         what Automerge bears.
 * Source  docs/design.md §6
 */

import { containerById } from './first-change.ts'

/** Ids of items, members and documents as keys. */
export const idKey = /^[0-9a-f]{32}$/

const leafKey = /^(?:bin|device [0-9a-f]{64})$/

export interface ShapeOperation {
  readonly action: string
  readonly obj?: string
  readonly key?: string
}

/** What the changes of one entry make, one after another. */
export interface Shape {
  /** Whether the operation, which has that id, makes nothing that documents do not have. */
  takes(operation: ShapeOperation, id: string): boolean
}

/** `depthOf` tells how deep a map of the document is (1 for a container), null where it is not there yet. */
export function createShape(depthOf: (obj: string) => number | null): Shape {
  const made = new Map<string, number>([...containerById.keys()].map((id) => [id, 1]))
  return {
    takes({ action, obj = '', key = '' }, id) {
      // Whoever reads a document into objects would set their prototype.
      if (key === '__proto__') return false
      if (!action.startsWith('make') || action === 'makeText') return true
      const depth = depthByKey(key)
      const parent = made.get(obj) ?? depthOf(obj)
      if (action !== 'makeMap' || depth === null) return false
      made.set(id, depth)
      return parent === depth - 1 || (parent === null && obj !== '_root')
    },
  }
}

/** How deep a map under that key belongs; null where none does. */
export function depthByKey(key: string): number | null {
  if (idKey.test(key)) return 2
  return leafKey.test(key) ? 3 : null
}

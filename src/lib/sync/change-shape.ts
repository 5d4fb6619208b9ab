/**
 * Which maps a change may make: those that documents have, each at its depth. Anything deeper or other is refused,
 * because Automerge descends into maps and lists by recursion, and about a thousand levels end its module.
 *
 * Shape   depth 1, in the root: the containers; 2: maps with an id for their key (items, members, albums); 3: `bin` and
 *         `device <id>`. No lists or tables. A parent that is not known yet, because it is on its way in the same batch,
 *         is believed to be at the right depth: a batch is shorter than what Automerge bears.
 * Source  docs/design.md §6
 */

/** Root containers of the group's and of album documents. */
export const containers: readonly string[] = ['items', 'members', 'albums', 'people', 'settings']
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

/** `depthOf` tells how deep a map of the document is (1 in the root), null where it is not there yet. */
export function createShape(depthOf: (obj: string) => number | null): Shape {
  const made = new Map<string, number>([['_root', 0]])
  return {
    takes({ action, obj = '_root', key = '' }, id) {
      // Whoever reads a document into objects would set their prototype.
      if (key === '__proto__') return false
      if (!action.startsWith('make') || action === 'makeText') return true
      const depth = depthByKey(key)
      const parent = made.get(obj) ?? depthOf(obj)
      if (action !== 'makeMap' || depth === null) return false
      made.set(id, depth)
      return parent === depth - 1 || (parent === null && depth > 1)
    },
  }
}

function depthByKey(key: string): number | null {
  if (containers.includes(key)) return 1
  if (idKey.test(key)) return 2
  return leafKey.test(key) ? 3 : null
}

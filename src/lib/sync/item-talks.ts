/**
 * What members said about items, by item: an index over the `talk` entries that are open, so that reading one item
 * costs what was said about it.
 *
 * Errors  none: what does not count (any longer) is left out
 * Source  docs/design.md §6 "Comments and reactions"; groups/item-talk.ts
 */
import type { EntryId, ItemId, MemberId } from '#lib/base/ids.ts'
import type { Said } from '#lib/groups/item-talk.ts'
import type { Talk } from '#lib/groups/talk.ts'
import { roleAtLeast } from '#lib/membership/evaluate.ts'
import type { GroupLog } from './group-log.ts'

export interface ItemTalks {
  /** Takes in a talk that has been opened. */
  add(id: EntryId, talk: Talk): void
  /** All that counts about these items. */
  saidOf(items: readonly ItemId[]): Said[]
  /** Items about which anything was ever said. */
  items(): Iterable<ItemId>
}

type Open = Pick<Said, 'id' | 'talk'>

/** The index of one group. */
export function createItemTalks(log: GroupLog): ItemTalks {
  const byItem = new Map<ItemId, Map<EntryId, Open>>()

  const said = ({ id, talk }: Open): Said[] => {
    const author = log.record(id)?.author
    if (author === undefined || !log.graph.counts(id)) return []
    const heads = log.graph.opHeads(id)
    const member = memberOf(log, id)
    const role = log.membership.roleAt(heads, author)
    if (member === null || role === null) return []
    return [{ id, talk, member, isAdmin: roleAtLeast(role, 'admin') }]
  }

  return {
    add(id, talk) {
      if (talk.type !== 'comment' && talk.type !== 'reaction') return
      const about = byItem.get(talk.item) ?? new Map<EntryId, Open>()
      byItem.set(talk.item, about)
      about.set(id, { id, talk })
    },
    saidOf: (items) =>
      items.flatMap((item) => [...(byItem.get(item)?.values() ?? [])].flatMap(said)),
    items: () => byItem.keys(),
  }
}

/** Also of devices that were removed since: the entry's own past knows them. */
function memberOf({ graph, membership, record }: GroupLog, id: EntryId): MemberId | null {
  const author = record(id)?.author
  if (author === undefined) return null
  const isIn = membership.state()?.devices.get(author)
  const was = isIn ?? membership.stateAt(graph.opHeads(id))?.devices.get(author)
  return was?.member ?? null
}

/**
 * Marks: what somebody gave before they were removed stays, although whoever removed them had not seen it.
 *
 * An entry of a removed device counts if its removal, or an entry of somebody who stands, comes after it. So a device
 * that learns of a removal and already shows such entries says so by a `mark`: an entry without content that names
 * them in `after`. What arrives once the removal is known is not marked: back-dating gains nothing.
 *
 * Several devices may mark the same; each says only what it showed. A kill before the mark is written is repaired at
 * the next start, because what was shown is noted with the entry.
 *
 * Errors  StorageProblem from the store; what cannot be written now (removed oneself) is left
 * Source  docs/design.md §5 "What counts"
 */
import type { EntryId } from '#lib/base/ids.ts'
import { roleMayWrite } from '#lib/membership/evaluate.ts'
import { maxAfterIds } from '#lib/wire/limits.ts'
import type { GroupLog } from './group-log.ts'
import type { Author, Writer } from './writer.ts'

export interface MarksParts {
  readonly log: GroupLog
  readonly writer: Pick<Writer, 'mark'>
  readonly author: () => Author | null
}

/** Keeps those of these entries, all shown here, that count no longer. */
export async function keepShown(
  { log, writer, author }: MarksParts,
  shown: Iterable<EntryId>,
): Promise<void> {
  const state = log.membership.state()
  const me = author()
  const member = me === null ? undefined : state?.devices.get(me.device)?.member
  const role = member === undefined ? undefined : state?.members.get(member)?.role
  if (role === undefined) return
  const lost = [...shown].filter((id) => {
    const kind = log.record(id)?.kind
    return kind !== undefined && !log.graph.counts(id) && roleMayWrite(role, kind)
  })
  for (let left = newestOf(log, lost); left.length > 0;) {
    const heads = log.graph.heads()
    const room = Math.max(1, maxAfterIds - heads.length)
    const after = [...left.slice(0, room), ...heads].slice(0, maxAfterIds)
    if (!(await writer.mark([...new Set(after)].sort())).ok) return
    left = left.slice(room)
  }
}

/** Those that no other of them names: marking these marks all. */
function newestOf({ record }: GroupLog, ids: readonly EntryId[]): EntryId[] {
  const named = new Set(ids.flatMap((id) => record(id)?.after ?? []))
  return ids.filter((id) => !named.has(id))
}

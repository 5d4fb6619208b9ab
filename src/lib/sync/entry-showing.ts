/**
 * Which entries show: those that count; and, of a device that was removed, its own that do not count because nobody had
 * them by then: they are the person's, and nowhere else. Nothing is written upon them.
 *
 * Source  docs/design.md §5 "What counts"
 */
import type { DeviceId, EntryId } from '#lib/base/ids.ts'
import type { Author } from './writer.ts'
import type { GroupLog } from './group-log.ts'

export function createShowing(
  log: Pick<GroupLog, 'graph' | 'membership' | 'record'>,
  author: () => Author | null,
): (id: EntryId) => boolean {
  const isOut = (device: DeviceId): boolean => {
    const state = log.membership.state()
    return state !== null && !state.devices.has(device) && state.everAdmitted.has(device)
  }
  return (id) => {
    if (log.graph.counts(id)) return true
    const device = author()?.device
    return device !== undefined && log.record(id)?.author === device && isOut(device)
  }
}

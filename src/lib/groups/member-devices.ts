/**
 * What members say of their devices, in the group document: how each is called and since when it is in.
 * Which devices there *are* is decided by operations (membership/); a device without a word here has no name.
 *
 * Shape   members: {member id hex: {…, 'device <id hex>': {name, since, sheet}}}
 *         Devices stand beside the member's name, not in a map of their own: two devices of one member that made
 *         such a map at once would lose one. `sheet` marks a recovery sheet.
 * Units   `since` in ms, whole minutes: the same in every group that a device entered by one link; 0 where unknown
 * Errors  readers are total: what a peer wrote in another shape reads as not said
 * Source  docs/design.md §5, §6
 */
import type { DeviceId, MemberId } from '#lib/base/ids.ts'
import { isDateMs } from '#lib/base/time.ts'
import type { GroupContent } from './group-document.ts'

export interface DeviceWords {
  readonly name: string
  readonly sinceMs: number | null
  /** Kept on paper. */
  readonly isSheet: boolean
}

interface DraftWithMembers {
  members: Record<string, object>
}

const maxNameChars = 60
const minuteMs = 60_000

/** Says what a device is, or how it is called from now on; nothing for a member who has no entry yet. */
export function changeDeviceWords(
  of: { readonly member: MemberId; readonly device: DeviceId },
  words: DeviceWords,
): (draft: DraftWithMembers) => void {
  return (draft) => {
    const member: unknown = draft.members[of.member]
    if (!isRecord(member)) return
    const name = words.name.slice(0, maxNameChars)
    const known = member[keyOf(of.device)]
    if (isRecord(known)) known['name'] = name
    else {
      const since = wholeMinutes(words.sinceMs ?? 0)
      member[keyOf(of.device)] = { name, since, sheet: words.isSheet }
    }
  }
}

/** What is said of a device; null where nothing is. */
export function deviceWords(
  document: GroupContent,
  member: MemberId,
  device: DeviceId,
): DeviceWords | null {
  const members = document?.['members']
  const fields = isRecord(members) ? members[member] : undefined
  const words = isRecord(fields) ? fields[keyOf(device)] : undefined
  if (!isRecord(words)) return null
  const { name, since, sheet } = words
  if (typeof name !== 'string') return null
  return {
    name: name.slice(0, maxNameChars),
    sinceMs: isDateMs(since) && since > 0 ? since : null,
    isSheet: sheet === true,
  }
}

function keyOf(device: DeviceId): string {
  return `device ${device}`
}

function wholeMinutes(ms: number): number {
  return ms - (ms % minuteMs)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** The part of the engine that screens ask about chosen items: item-api.ts over the open groups. */
import type { GroupId } from '#lib/base/ids.ts'
import { err, type Result } from '#lib/base/result.ts'
import type { Clock } from '#lib/base/time.ts'
import type { ChangeProblem } from './api.ts'
import { copyItems } from './copying.ts'
import type { DownloadedMedia } from './downloaded-media.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { GroupSession } from './group-session.ts'
import { setPlace, setTaken } from './item-acts.ts'
import type { CopyOutcome, ItemApi } from './item-api.ts'
import type { MemberProblem } from './member-api.ts'

export interface ItemEngineParts {
  readonly clock: Clock
  readonly groups: Pick<EngineGroups, 'session'>
  readonly media: Pick<DownloadedMedia, 'openFile'>
  /** Runs an act on a group that this device is a member of. */
  readonly inGroup: <T, E extends { readonly kind: string }>(
    group: GroupId,
    act: (session: GroupSession) => Promise<Result<T, E>>,
  ) => Promise<Result<T, E | MemberProblem>>
}

/** Every call of item-api.ts. */
export function createItemEngine({ clock, groups, media, inGroup }: ItemEngineParts): ItemApi {
  return {
    setTaken: ({ group, items }) => inGroup(group, (session) => setTaken(session, items)),
    setPlace: ({ group, items, place }) =>
      inGroup(group, (session) => setPlace(session, items, place)),
    copyItems: ({ group, items, to: { group: other, album } }) =>
      inGroup<CopyOutcome, ChangeProblem>(other, async (to) => {
        // Who was removed may still take along what they were given.
        const from = groups.session(group)
        if (from === null || from === to) return err({ kind: 'unknown' })
        return copyItems({ from, to, album, media, clock }, items)
      }),
  }
}

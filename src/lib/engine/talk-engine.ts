/** The part of the engine that screens ask about comments and reactions: talk-api.ts over the open groups. */
import type { EntryId, GroupId, ItemId } from '#lib/base/ids.ts'
import { ok, type Result } from '#lib/base/result.ts'
import type { Clock } from '#lib/base/time.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { GroupSession } from './group-session.ts'
import { sayOf, talkCardOf, talkCountsOf, type Word } from './item-talk-acts.ts'
import type { MemberProblem } from './member-api.ts'
import type { TalkApi, TalkProblem } from './talk-api.ts'

export interface TalkEngineParts {
  readonly clock: Clock
  readonly groups: Pick<EngineGroups, 'session'>
  /** Runs an act on a group that this device is a member of. */
  readonly inGroup: <T, E extends { readonly kind: string }>(
    group: GroupId,
    act: (session: GroupSession) => Promise<Result<T, E>>,
  ) => Promise<Result<T, E | MemberProblem>>
  readonly started: Promise<void>
}

/** Every call of talk-api.ts. */
export function createTalkEngine({ clock, groups, inGroup, started }: TalkEngineParts): TalkApi {
  const say = (
    { group, item }: { group: GroupId; item: ItemId },
    word: Word,
  ): Promise<Result<EntryId, TalkProblem | MemberProblem>> =>
    inGroup(group, (session) => sayOf(session, item, { word, nowMs: clock() }))

  const settled = async (
    saying: ReturnType<typeof say>,
  ): Promise<Result<null, TalkProblem | MemberProblem>> => {
    const said = await saying
    return said.ok ? ok(null) : said
  }

  return {
    async talk({ group, item }) {
      await started
      const session = groups.session(group)
      return session === null ? null : talkCardOf(session, item, clock())
    },
    async talkCounts(group) {
      await started
      const session = groups.session(group)
      return session === null ? new Map() : talkCountsOf(session)
    },
    async comment({ text, ...about }) {
      const said = await say(about, { kind: 'comment', text })
      return said.ok ? ok({ comment: said.value }) : said
    },
    correctComment: ({ comment, text, ...about }) =>
      settled(say(about, { kind: 'correct', comment, text })),
    deleteComment: ({ comment, ...about }) => settled(say(about, { kind: 'delete', comment })),
    react: ({ reaction, ...about }) => settled(say(about, { kind: 'react', reaction })),
  }
}

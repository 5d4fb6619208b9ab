/**
 * What screens may ask and do about what members say under an item: comments, and one reaction each.
 *
 * Everything works offline and is structured-cloneable; it merges by the rules of groups/item-talk.ts, so every call
 * may be made by several people at once. Viewers may talk as well.
 */
import type { Result } from '#lib/base/result.ts'
import type { EntryId, GroupId, ItemId, MemberId } from '#lib/base/ids.ts'
import type { ChangeProblem } from './api.ts'

export interface CommentCard {
  readonly id: EntryId
  readonly member: MemberId
  /** Empty where it is not known. */
  readonly author: string
  readonly isMine: boolean
  readonly text: string
  /** Never later than now, whatever the author's clock said. */
  readonly atMs: number
  readonly isCorrected: boolean
  /** One's own, or any for an admin. */
  readonly mayDelete: boolean
}

export interface ReactionCard {
  readonly reaction: string
  /** Who reacted so, oneself left out; empty where a name is not known. */
  readonly others: readonly string[]
  readonly isMine: boolean
}

export interface TalkCard {
  /** The first said first. */
  readonly comments: readonly CommentCard[]
  /** The most frequent first. */
  readonly reactions: readonly ReactionCard[]
  /** Whether one may say something: every member may. */
  readonly mayTalk: boolean
}

export interface TalkCount {
  readonly comments: number
  readonly reactions: number
}

export type TalkProblem = ChangeProblem | { readonly kind: 'empty-text' }

export interface TalkApi {
  /** Null where the item is not known. */
  talk(input: { group: GroupId; item: ItemId }): Promise<TalkCard | null>
  /** Of every shown item under which anything stands. Costs what was said, not how many photos there are. */
  talkCounts(group: GroupId): Promise<ReadonlyMap<ItemId, TalkCount>>
  comment(input: {
    group: GroupId
    item: ItemId
    text: string
  }): Promise<Result<{ comment: EntryId }, TalkProblem>>
  /** Corrects one's own comment. */
  correctComment(input: {
    group: GroupId
    item: ItemId
    comment: EntryId
    text: string
  }): Promise<Result<null, TalkProblem>>
  /** Withdraws one's own comment, or as an admin anybody's; for good. */
  deleteComment(input: {
    group: GroupId
    item: ItemId
    comment: EntryId
  }): Promise<Result<null, TalkProblem>>
  /** Null takes one's reaction back. */
  react(input: {
    group: GroupId
    item: ItemId
    reaction: string | null
  }): Promise<Result<null, TalkProblem>>
}

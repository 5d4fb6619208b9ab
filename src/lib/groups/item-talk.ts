/**
 * What stands under an item: comments in order, and one reaction a member. A pure function of the set of what was
 * said: any order of arrival, any repetition, same answer.
 *
 * Rules   a comment is corrected by its own member; of several corrections the latest holds. It is withdrawn by its
 *         own member or by an admin, for good, whatever is corrected at the same time. Of several reactions of a
 *         member the latest holds. What names an unknown comment waits for it.
 * Units   *counted time*: the author's clock in milliseconds, but later than all that they saw under the item, so
 *         that an answer stands below what it answers though a clock is wrong. What lies more than a day ahead of
 *         the author's clock is not counted on: nobody can push everybody's words into the year 9999.
 * Source  docs/design.md §6 "Comments and reactions"
 */
import type { EntryId, MemberId } from '#lib/base/ids.ts'
import { dayMs } from '#lib/base/time.ts'
import type { CommentTalk, ReactionTalk } from './talk.ts'

/** A talk entry about an item that counts, and who said it. */
export interface Said {
  readonly id: EntryId
  readonly member: MemberId
  /** Whether they were an admin when they said it, as far as they knew. */
  readonly isAdmin: boolean
  readonly talk: CommentTalk | ReactionTalk
}

export interface ItemComment {
  readonly id: EntryId
  readonly member: MemberId
  readonly text: string
  readonly atMs: number
  readonly isCorrected: boolean
}

export interface ItemTalk {
  /** The first said first. */
  readonly comments: readonly ItemComment[]
  readonly reactions: ReadonlyMap<MemberId, string>
}

/** Folds all that was said about one item. */
export function itemTalkOf(said: readonly Said[]): ItemTalk {
  const inOrder = [...said].sort(compareSaid)
  return { comments: commentsOf(inOrder), reactions: reactionsOf(inOrder) }
}

/** The counted time of what is said next about the item. */
export function countedTime(said: readonly Said[], nowMs: number): number {
  const seen = said.map(({ talk }) => talk.atMs).filter((atMs) => atMs < nowMs + dayMs)
  return seen.reduce((latest, atMs) => Math.max(latest, atMs + 1), nowMs)
}

function commentsOf(inOrder: readonly Said[]): ItemComment[] {
  const comments = new Map<EntryId, ItemComment>()
  for (const { id, member, talk } of inOrder) {
    if (talk.type !== 'comment' || talk.of !== null) continue
    comments.set(id, { id, member, text: talk.text, atMs: talk.atMs, isCorrected: false })
  }
  const withdrawn = new Set<EntryId>()
  for (const { member, isAdmin, talk } of inOrder) {
    const comment = talk.type === 'comment' && talk.of !== null ? comments.get(talk.of) : undefined
    if (comment === undefined) continue
    const isOwn = comment.member === member
    if (talk.text === '' && (isOwn || isAdmin)) withdrawn.add(comment.id)
    else if (isOwn) comments.set(comment.id, { ...comment, text: talk.text, isCorrected: true })
  }
  return [...comments.values()].filter(({ id }) => !withdrawn.has(id))
}

function reactionsOf(inOrder: readonly Said[]): Map<MemberId, string> {
  const reactions = new Map<MemberId, string>()
  for (const { member, talk } of inOrder) {
    if (talk.type !== 'reaction') continue
    // The order of the members is that of their last word.
    reactions.delete(member)
    if (talk.text !== '') reactions.set(member, talk.text)
  }
  return reactions
}

function compareSaid(a: Said, b: Said): number {
  return a.talk.atMs - b.talk.atMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

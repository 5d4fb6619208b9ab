/**
 * What members say under an item: one entry each, durable when the act resolves, offline as well.
 *
 * Of one file that two devices added at once one item shows; what was said about the others stands under it, too.
 */
import type { EntryId, ItemId, MemberId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { memberName, type GroupContent } from '#lib/groups/group-document.ts'
import { countedTime, itemTalkOf, type ItemTalk, type Said } from '#lib/groups/item-talk.ts'
import { encodeTalk, maxCommentChars, parseTalk, type Talk } from '#lib/groups/talk.ts'
import { roleAtLeast } from '#lib/membership/evaluate.ts'
import { isMember } from '#lib/sync/connections.ts'
import type { GroupSession } from './group-session.ts'
import type { ReactionCard, TalkCard, TalkCount, TalkProblem } from './talk-api.ts'

/** What a member wants to say. */
export type Word =
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'correct'; readonly comment: EntryId; readonly text: string }
  | { readonly kind: 'delete'; readonly comment: EntryId }
  | { readonly kind: 'react'; readonly reaction: string | null }

/** Says it; the id of the entry. */
export async function sayOf(
  session: GroupSession,
  id: ItemId,
  said: { readonly word: Word; readonly nowMs: number },
): Promise<Result<EntryId, TalkProblem>> {
  const { replica, projection } = session
  const item = projection.item(id)
  const member = replica.me()?.member
  if (item === null) return err({ kind: 'unknown' })
  if (member === undefined) return err({ kind: 'not-allowed' })
  const heard = saidOf(session, id)
  const refused = refusal(session, said.word, { member, heard })
  if (refused !== null) return err(refused)
  const atMs = countedTime(heard, said.nowMs)
  const plaintext = encodeTalk(talkOf(said.word, { item: id, atMs }))
  // Others would not take it.
  if (parseTalk(plaintext) === null) return err({ kind: 'not-allowed' })
  const written = await replica.writeSealed('talk', item.album, plaintext)
  return written.ok ? ok(written.value.id) : written
}

/** All that stands under an item, or null where it is not known. */
export function talkCardOf(session: GroupSession, id: ItemId, nowMs: number): TalkCard | null {
  if (session.projection.item(id) === null) return null
  const document = session.replica.groupContent()
  const me = session.replica.me()?.member ?? null
  const talk = itemTalkOf(saidOf(session, id))
  return {
    comments: talk.comments.map(({ atMs, ...comment }) => ({
      ...comment,
      ...{ atMs: Math.min(atMs, nowMs), author: memberName(document, comment.member) },
      ...{ isMine: comment.member === me, mayDelete: mayDelete(session, comment.member) },
    })),
    reactions: reactionCardsOf(document, talk, me),
    mayTalk: isMember(session.replica),
  }
}

/** Counts for a grid: of shown items under which anything stands. */
export function talkCountsOf(session: GroupSession): ReadonlyMap<ItemId, TalkCount> {
  const counts = new Map<ItemId, TalkCount>()
  for (const about of session.replica.talkOnItems.items()) {
    const id = shownTwin(session, about)
    if (id === null || counts.has(id)) continue
    const { comments, reactions } = itemTalkOf(saidOf(session, id))
    if (comments.length + reactions.size > 0)
      counts.set(id, { comments: comments.length, reactions: reactions.size })
  }
  return counts
}

function saidOf({ replica, projection }: GroupSession, id: ItemId): Said[] {
  return replica.talkOnItems.saidOf([...new Set([id, ...projection.twins(id)])])
}

function shownTwin({ projection }: GroupSession, id: ItemId): ItemId | null {
  return projection.twins(id).find((twin) => projection.isShown(twin)) ?? null
}

function talkOf(word: Word, about: { readonly item: ItemId; readonly atMs: number }): Talk {
  switch (word.kind) {
    case 'comment':
      return { type: 'comment', ...about, text: word.text.trim(), of: null }
    case 'correct':
      return { type: 'comment', ...about, text: word.text.trim(), of: word.comment }
    case 'delete':
      return { type: 'comment', ...about, text: '', of: word.comment }
    case 'react':
      return { type: 'reaction', ...about, text: word.reaction ?? '' }
  }
}

function refusal(
  session: GroupSession,
  word: Word,
  { member, heard }: { readonly member: MemberId; readonly heard: readonly Said[] },
): TalkProblem | null {
  if (word.kind === 'comment' || word.kind === 'correct') {
    const length = word.text.trim().length
    if (length === 0) return { kind: 'empty-text' }
    if (length > maxCommentChars) return { kind: 'not-allowed' }
  }
  if (word.kind === 'comment' || word.kind === 'react') return null
  const comment = itemTalkOf(heard).comments.find(({ id }) => id === word.comment)
  if (comment === undefined) return { kind: 'unknown' }
  const isAllowed =
    word.kind === 'correct' ? comment.member === member : mayDelete(session, comment.member)
  return isAllowed ? null : { kind: 'not-allowed' }
}

function mayDelete({ replica }: GroupSession, author: MemberId): boolean {
  const me = isMember(replica) ? replica.me()?.member : undefined
  const role = me === undefined ? undefined : replica.state()?.members.get(me)?.role
  return role !== undefined && (author === me || roleAtLeast(role, 'admin'))
}

function reactionCardsOf(
  document: GroupContent,
  { reactions }: ItemTalk,
  me: MemberId | null,
): ReactionCard[] {
  const cards = new Map<string, { others: string[]; isMine: boolean }>()
  for (const [member, reaction] of reactions) {
    const card = cards.get(reaction) ?? { others: [], isMine: false }
    cards.set(reaction, card)
    if (member === me) card.isMine = true
    else card.others.push(memberName(document, member))
  }
  const count = ({ others, isMine }: Omit<ReactionCard, 'reaction'>) =>
    others.length + (isMine ? 1 : 0)
  return [...cards]
    .map(([reaction, card]) => ({ reaction, ...card }))
    .sort((a, b) => count(b) - count(a))
}

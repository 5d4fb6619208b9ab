/** What people said under the demo's photos, and what somebody who looks at a screen adds. */
import { ok } from '#lib/base/result.ts'
import type { EntryId, ItemId } from '#lib/base/ids.ts'
import type { CommentCard, TalkApi } from '#lib/engine/talk-api.ts'
import { demoMember } from './demo-library.ts'

/** Everything in memory; `tell` says that something changed. */
export function createDemoTalk(tell: () => void): TalkApi {
  const said: CommentCard[] = [
    comment(1, 'Luis', 'Look at that light! Who was holding the boat?'),
    comment(0, 'Ana', 'Me, with my left foot. Never again.'),
  ]
  let mine: string | null = null
  const changed = () => {
    tell()
    return Promise.resolve(ok(null))
  }
  return {
    talk: () =>
      Promise.resolve({
        comments: [...said],
        reactions: [
          { reaction: '❤️', others: ['Luis', 'Sam'], isMine: mine === '❤️' },
          ...(mine === null || mine === '❤️' ? [] : [{ reaction: mine, others: [], isMine: true }]),
        ],
        mayTalk: true,
      }),
    talkCounts: () => Promise.resolve(new Map<ItemId, { comments: number; reactions: number }>()),
    comment: ({ text }) => {
      said.push(comment(0, 'Ana', text))
      tell()
      return Promise.resolve(ok({ comment: said.at(-1)?.id ?? entryId(0) }))
    },
    correctComment: ({ comment: id, text }) => {
      const at = said.findIndex((each) => each.id === id)
      const known = said[at]
      if (known !== undefined) said[at] = { ...known, text, isCorrected: true }
      return changed()
    },
    deleteComment: ({ comment: id }) => {
      said.splice(0, said.length, ...said.filter((each) => each.id !== id))
      return changed()
    },
    react: ({ reaction }) => {
      mine = reaction
      return changed()
    },
  }

  function comment(member: number, author: string, text: string): CommentCard {
    return {
      ...{ id: entryId(Math.floor(Math.random() * 2 ** 32)), author, text, isCorrected: false },
      ...{ member: demoMember(member), isMine: member === 0, mayDelete: true },
      atMs: Date.UTC(2026, 10, 20, 9, 12),
    }
  }
}

function entryId(n: number): EntryId {
  return n.toString(16).padStart(64, '0') as EntryId
}

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { idFromBytes, platformRandom, randomId, type EntryId } from '#lib/base/ids.ts'
import { dayMs } from '#lib/base/time.ts'
import { countedTime, itemTalkOf, type Said } from './item-talk.ts'

const entryId = (): EntryId =>
  idFromBytes('EntryId', platformRandom(32)) ?? expect.fail('ids have 32 bytes')
const item = randomId('ItemId')
const ana = randomId('MemberId')
const sam = randomId('MemberId')

interface Word {
  readonly by: typeof ana
  readonly atMs: number
  readonly text: string
  readonly of?: EntryId
  readonly isAdmin?: boolean
}

function comment({ by, atMs, text, of, isAdmin = false }: Word): Said {
  const talk = { type: 'comment', item, atMs, text, of: of ?? null } as const
  return { id: entryId(), member: by, isAdmin, talk }
}

function reaction(by: typeof ana, atMs: number, text: string): Said {
  const talk = { type: 'reaction', item, atMs, text } as const
  return { id: entryId(), member: by, isAdmin: false, talk }
}

const textsOf = (said: readonly Said[]) => itemTalkOf(said).comments.map(({ text }) => text)

describe('comments of Ana and Sam', () => {
  const first = comment({ by: ana, atMs: 1, text: 'Look!' })
  const answer = comment({ by: sam, atMs: 2, text: 'Lovely' })

  test('stand in the order of their time, whoever came first', () => {
    expect(textsOf([answer, first])).toEqual(['Look!', 'Lovely'])
  })

  test('are corrected by whoever made them, and by nobody else', () => {
    const own = comment({ by: ana, atMs: 3, text: 'Look here!', of: first.id })
    const foreign = comment({ by: sam, atMs: 4, text: 'Do not look', of: first.id, isAdmin: true })
    expect(textsOf([first, answer, own, foreign])).toEqual(['Look here!', 'Lovely'])
    expect(itemTalkOf([first, own]).comments[0]).toMatchObject({ isCorrected: true, atMs: 1 })
  })

  test('are withdrawn by whoever made them or by an admin, and not by another member', () => {
    const by = (member: typeof ana, isAdmin: boolean) =>
      comment({ by: member, atMs: 3, text: '', of: first.id, isAdmin })
    expect(textsOf([first, answer, by(ana, false)])).toEqual(['Lovely'])
    expect(textsOf([first, answer, by(sam, true)])).toEqual(['Lovely'])
    expect(textsOf([first, answer, by(sam, false)])).toEqual(['Look!', 'Lovely'])
  })

  test('withdrawn on one device and corrected on another at the same time stay withdrawn', () => {
    const corrected = comment({ by: ana, atMs: 9, text: 'Look here!', of: first.id })
    const withdrawn = comment({ by: ana, atMs: 3, text: '', of: first.id })
    expect(textsOf([first, corrected, withdrawn])).toEqual([])
  })
})

describe('reactions', () => {
  test('of a member are one: the latest, until it is taken back', () => {
    const said = [reaction(ana, 1, '👍'), reaction(ana, 3, '❤️'), reaction(sam, 2, '👍')]
    expect([...itemTalkOf(said).reactions]).toEqual([
      [sam, '👍'],
      [ana, '❤️'],
    ])
    expect([...itemTalkOf([...said, reaction(ana, 4, '')]).reactions]).toEqual([[sam, '👍']])
  })
})

describe('counted time', () => {
  test('lies after everything that was seen, though the own clock is slow', () => {
    expect(countedTime([comment({ by: ana, atMs: 5000, text: 'Look!' })], 4000)).toBe(5001)
    expect(countedTime([comment({ by: ana, atMs: 1000, text: 'Look!' })], 4000)).toBe(4000)
  })

  test('does not follow a clock into the far future', () => {
    const absurd = comment({ by: sam, atMs: 8e15, text: 'I am last for ever' })
    expect(countedTime([absurd], dayMs)).toBe(dayMs)
  })
})

test('the same words give the same picture in any order and however often they come', () => {
  const members = [ana, sam, randomId('MemberId')] as const
  const word = fc.record({
    by: fc.constantFrom(...members),
    atMs: fc.nat(6),
    text: fc.constantFrom('', 'one', 'two'),
    of: fc.option(fc.nat(8)),
    isAdmin: fc.boolean(),
    isReaction: fc.boolean(),
  })
  const words = fc.array(word, { maxLength: 16 }).map((all) => {
    const said: Said[] = []
    for (const { by, atMs, text, of, isAdmin, isReaction } of all) {
      const about = of === null ? undefined : said[of]?.id
      if (isReaction) said.push(reaction(by, atMs, text === '' ? '' : '👍'))
      else if (about !== undefined) said.push(comment({ by, atMs, text, isAdmin, of: about }))
      else said.push(comment({ by, atMs, isAdmin, text: text === '' ? 'three' : text }))
    }
    return said
  })
  const shuffled = words.chain((said) =>
    fc.tuple(
      fc.constant(said),
      fc.shuffledSubarray([...said, ...said], { minLength: 2 * said.length }),
    ),
  )
  fc.assert(
    fc.property(shuffled, ([said, again]) => {
      const one = itemTalkOf(said)
      const other = itemTalkOf(again)
      expect(other.comments).toEqual(one.comments)
      expect([...other.reactions]).toEqual([...one.reactions])
      for (const { text } of one.comments) expect(text).not.toBe('')
    }),
  )
})

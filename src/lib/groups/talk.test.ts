import { describe, expect, test } from 'vitest'
import { encodeCbor, type CborValue } from '#lib/base/cbor.ts'
import { utf8 } from '#lib/base/bytes.ts'
import { idFromBytes, platformRandom, randomId } from '#lib/base/ids.ts'
import {
  changeAgreement,
  changeMemberName,
  changeToArrive,
  hasAgreed,
  memberJoinedMs,
  memberName,
} from './group-document.ts'
import {
  encodeTalk,
  maxCommentChars,
  maxForkBoxes,
  parseTalk,
  withWords,
  wordsAfter,
  type Talk,
} from './talk.ts'

const randomDevice = () => idFromBytes('DeviceId', platformRandom(32)) ?? expect.fail('32 bytes')
const ana = randomId('MemberId')
const sam = randomId('MemberId')
const document = {
  v: 1,
  name: 'Family',
  agreement: 'Be kind.',
  members: { [sam]: { name: 'Sam', joined: 5 } },
}

describe('what a viewer says of herself', () => {
  const arrival = { name: 'Ana', joinedMs: 60_000, agreement: 'Be kind.' }
  const words = wordsAfter(document, ana, changeToArrive(ana, arrival)) ?? {}

  test('survives the way through an entry', () => {
    expect(parseTalk(encodeTalk({ type: 'self', fields: words }))).toEqual({
      type: 'self',
      fields: words,
    })
  })

  test('is read like what others write into the document', () => {
    const seen = withWords(document, new Map([[ana, words]]))
    expect(memberName(seen, ana)).toBe('Ana')
    expect(memberJoinedMs(seen, ana)).toBe(60_000)
    expect(hasAgreed(seen, ana)).toBe(true)
    expect(memberName(seen, sam)).toBe('Sam')
  })

  test('keeps what she said before', () => {
    const seen = withWords(document, new Map([[ana, words]]))
    const renamed = wordsAfter(seen, ana, changeMemberName(ana, 'Anna')) ?? {}
    const after = withWords(document, new Map([[ana, renamed]]))
    expect([memberName(after, ana), hasAgreed(after, ana)]).toEqual(['Anna', true])
  })

  test('said again it is nothing new', () => {
    const seen = withWords(document, new Map([[ana, words]]))
    expect(wordsAfter(seen, ana, changeMemberName(ana, 'Ana'))).toBeNull()
  })

  test('cannot be about anybody or anything else', () => {
    expect(wordsAfter(document, ana, changeMemberName(sam, 'Nobody'))).toBeNull()
    expect(wordsAfter(document, ana, changeAgreement(ana, 'Anything goes.'))).toBeNull()
  })
})

test('what a peer wrote in another shape, or endlessly, is no talk', () => {
  expect(parseTalk(utf8('hello'))).toBeNull()
  expect(parseTalk(encodeCbor({ type: 'self' }))).toBeNull()
  expect(parseTalk(encodeCbor({ type: 'self', fields: [] }))).toBeNull()
  expect(parseTalk(encodeCbor({ type: 'sermon', fields: {} }))).toBeNull()
  expect(parseTalk(encodeCbor({ type: 'self', fields: { name: 'x'.repeat(40_000) } }))).toBeNull()
})

describe('the news of a new group that Ana has made out of this one', () => {
  const id = new Uint8Array(16).fill(3)
  const boxes = new Map([[randomDevice(), new Uint8Array(1024).fill(1)]])

  test('survives the way through an entry, also with as many boxes as go into one', () => {
    const full = new Map(
      Array.from({ length: maxForkBoxes }, () => [...boxes][0]).flatMap((box) =>
        box === undefined ? [] : [[randomDevice(), box[1]] as const],
      ),
    )
    for (const each of [boxes, full])
      expect(parseTalk(encodeTalk({ type: 'fork', id, boxes: each }))).toEqual({
        type: 'fork',
        id,
        boxes: each,
      })
  })

  test('for nobody, for no device, or with too much in it, is no talk', () => {
    const device = randomDevice()
    const odd: readonly CborValue[] = [
      {},
      { [device]: 'a text' },
      { [device]: new Uint8Array(0) },
      { [device]: new Uint8Array(1025) },
      { 'not a device': new Uint8Array(100) },
      [new Uint8Array(100)],
    ]
    for (const each of odd)
      expect(parseTalk(encodeCbor({ type: 'fork', id, boxes: each }))).toBeNull()
    const short = { type: 'fork', id: id.subarray(1), boxes: Object.fromEntries(boxes) }
    expect(parseTalk(encodeCbor(short))).toBeNull()
  })
})

describe('what is said under an item', () => {
  const item = randomId('ItemId')
  const of = idFromBytes('EntryId', platformRandom(32)) ?? expect.fail('32 bytes')

  test('survives the way through an entry', () => {
    const words: readonly Talk[] = [
      { type: 'comment', item, atMs: 1000, text: 'Ana’s 🐈', of: null },
      { type: 'comment', item, atMs: 1000, text: 'x'.repeat(maxCommentChars), of },
      { type: 'comment', item, atMs: 1000, text: '', of },
      { type: 'reaction', item, atMs: 1000, text: '❤️' },
      { type: 'reaction', item, atMs: 1000, text: '👩‍👩‍👧' },
      { type: 'reaction', item, atMs: 1000, text: '' },
    ]
    for (const talk of words) expect(parseTalk(encodeTalk(talk))).toEqual(talk)
  })

  test('says something, in its limits, about an item, at a time', () => {
    const good = { item: new Uint8Array(16), at: 1, text: 'Lovely' }
    const isTalk = (fields: Record<string, CborValue>) => parseTalk(encodeCbor(fields)) !== null
    expect(isTalk({ type: 'comment', ...good })).toBe(true)
    const odd: readonly Record<string, CborValue>[] = [
      { text: '' },
      { text: ' \n' },
      { text: 'x'.repeat(maxCommentChars + 1) },
      { text: 7 },
      { item: new Uint8Array(15) },
      { at: -1 },
      { at: 9e15 },
      { of: new Uint8Array(31) },
      { loud: true },
    ]
    for (const each of odd) expect(isTalk({ type: 'comment', ...good, ...each })).toBe(false)
    for (const text of ['Lovely', '<b>', '👍'.repeat(9), '7'])
      expect(isTalk({ type: 'reaction', ...good, text })).toBe(false)
  })
})

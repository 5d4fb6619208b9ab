import { describe, expect, test } from 'vitest'
import { encodeCbor } from '#lib/base/cbor.ts'
import { utf8 } from '#lib/base/bytes.ts'
import { randomId } from '#lib/base/ids.ts'
import {
  changeAgreement,
  changeMemberName,
  changeToArrive,
  hasAgreed,
  memberJoinedMs,
  memberName,
} from './group-document.ts'
import { encodeTalk, parseTalk, withWords, wordsAfter } from './talk.ts'

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

import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { concatBytes, plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { changeBomb } from '#tests/support/hostile-bytes.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import { Automerge } from './automerge.ts'
import { isBearable, maxOperations, sizeOfChange } from './change-size.ts'

beforeAll(prepareAutomerge)

type Draft = Record<string, unknown>

function changeBy(edit: (draft: Draft) => void): Bytes {
  const empty = Automerge.init<Draft>({ actor: 'ab'.repeat(24) })
  const change = Automerge.getLastLocalChange(Automerge.change(empty, { time: 0 }, edit))
  return plainBytes(change ?? new Uint8Array())
}

describe('the size of a change', () => {
  test('is what Automerge makes of it', () => {
    const edits: readonly ((draft: Draft) => void)[] = [
      (draft) => (draft['title'] = 'Our photos'),
      (draft) =>
        (draft['items'] = { a: { core: new Uint8Array(500) }, b: { caption: 'x'.repeat(99) } }),
      (draft) => (draft['list'] = Array.from({ length: 300 }, (_, n) => n % 7)),
      (draft) => Object.assign(draft, { one: null, two: true, three: -1, four: { five: {} } }),
    ]
    for (const change of edits.map(changeBy))
      expect(sizeOfChange(change)?.operations).toBe(Automerge.decodeChange(change).ops.length)
  })

  test('is bearable for the longest caption, and not for a text many times as long', () => {
    expect(isBearable([changeBy((draft) => (draft['caption'] = 'x'.repeat(10_000)))])).toBe(true)
    expect(isBearable([changeBy((draft) => (draft['title'] = 'x'.repeat(maxOperations)))])).toBe(
      false,
    )
  })

  test('is known at once where twenty bytes stand for more operations than there is memory', () => {
    expect(sizeOfChange(changeBomb(2 ** 40))?.operations).toBe(2 ** 40)
    expect(isBearable([changeBomb(2 ** 40)])).toBe(false)
    expect(isBearable([changeBomb(15_000), changeBomb(15_000)])).toBe(false)
  })

  test('is none where another change hides behind the first', () => {
    const change = changeBy((draft) => (draft['a'] = 1))
    expect(sizeOfChange(concatBytes(change, change))).toBeNull()
    expect(sizeOfChange(concatBytes(change, Uint8Array.of(0)))).toBeNull()
  })

  test('is found or refused for any bytes', () => {
    const change = changeBy((draft) => (draft['title'] = 'Our photos'))
    fc.assert(
      fc.property(fc.nat(), fc.uint8Array({ maxLength: 40 }), (at, junk) => {
        const start = at % change.length
        const bytes = concatBytes(change.slice(0, start), plainBytes(junk), change.slice(start))
        const size = sizeOfChange(bytes)
        return size === null || size.operations >= 0
      }),
    )
  })
})

import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { concatBytes, plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { documentOf, longRun } from '#tests/support/hostile-bytes.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import { Automerge } from './automerge.ts'
import { addSizes, isBearableSize, noSize, sizeOfDocument } from './document-size.ts'
import { containerById, firstChange, firstChangeHash } from './first-change.ts'

beforeAll(prepareAutomerge)

type Draft = Record<string, Record<string, unknown>>

const hex = (n: number) => n.toString(16).padStart(32, '0')
const actor = 'ab'.repeat(24)

/** A document after these edits, as it is saved. */
function savedAfter(...edits: readonly ((draft: Draft) => void)[]): Bytes {
  let document = Automerge.load<Draft>(firstChange, { actor })
  for (const edit of edits) document = Automerge.change(document, { time: 0 }, edit)
  return plainBytes(Automerge.save(document))
}

/** The same after operations that no draft would write. */
function savedWith(ops: readonly object[]): Bytes {
  const change = { actor, seq: 1, startOp: 6, time: 0, message: null, deps: [firstChangeHash] }
  const encoded = Automerge.encodeChange({ ...change, ops } as never)
  const document = Automerge.loadIncremental(Automerge.load<Draft>(firstChange), encoded)
  return plainBytes(Automerge.save(document))
}

/** Photos with all that can be said of them. */
const photos =
  (from: number, count: number) =>
  (draft: Draft): void => {
    for (let n = from; n < from + count; n++)
      draft['items']![hex(n)] = {
        ...{ core: new Uint8Array(300).map((_, at) => (at * n) % 251), caption: `Photo ${n}` },
        ...{ at: new Uint8Array(12), place: new Uint8Array(9), rank: n / 2 },
        bin: n % 3 === 0 ? { by: new Uint8Array(16), at: n } : null,
      }
  }

describe('the size of a saved document', () => {
  test('is what it holds, in columns that are deflated and that are not', async () => {
    const saved = savedAfter(photos(0, 400), photos(400, 100), (draft) => {
      draft['members']![hex(1)] = { name: 'Ana', [`device ${'ab'.repeat(32)}`]: { name: 'Phone' } }
      draft['title'] = 'Our photos' as never
      draft['items']![hex(3)]!['caption' as never] = 'changed' as never
    })
    const document = Automerge.load<Draft>(saved)
    const all = Automerge.getAllChanges(document).map((change) => Automerge.decodeChange(change))
    const ops = all.flatMap((change) => change.ops as { action: string; key?: string }[])
    const kept = ops.filter(({ action }) => action !== 'del')
    expect(await sizeOfDocument(saved)).toMatchObject({
      changes: 4,
      dependencies: 3,
      operations: kept.length,
      keys: kept.filter(({ key }) => key !== undefined).length,
      objects: kept.filter(({ action }) => action.startsWith('make')).length,
    })
  })

  test('of a bare document is next to nothing', async () => {
    const size = await sizeOfDocument(savedAfter())
    expect(size).toMatchObject({ operations: 5, keys: 5, objects: 5 })
  })

  test('is too much where a few bytes stand for millions of letters, changes or heads', async () => {
    const rows = 2 ** 40
    const bombs = [
      documentOf([], [[0x42, [...longRun(rows), 1]]]),
      documentOf([], [[0x23, [...longRun(rows), 1]]]),
      documentOf([], [[0x34, [0, ...longRun(2 ** 27)]]]),
      documentOf([], [[0x80, [...longRun(2), ...longRun(2 ** 30)]]]),
      documentOf([], [[0x81, [...longRun(rows), 1]]]),
      documentOf([[0x01, [...longRun(rows), 0]]], []),
      documentOf([[0x40, [...longRun(1), ...longRun(rows)]]], []),
      documentOf([[0x35, [...longRun(100_000), 0x80, 0x10, ...new Uint8Array(2048)]]], []),
      documentOf([], [[0x15, [...longRun(100_000), 0x80, 0x10, ...new Uint8Array(2048)]]]),
      documentOf([], [[0x42, [...longRun(400_000), 4]]]),
      documentOf([], [[0x5f, deflateRawSync(new Uint8Array(130 << 20))]]),
    ]
    for (const bomb of bombs) expect(await sizeOfDocument(bomb)).toBeNull()
    expect(
      await sizeOfDocument(documentOf([], [[0x42, [...longRun(1_000_000), 1]]])),
    ).toMatchObject({
      operations: 1_000_000,
    })
  })

  test('is none where maps are deeper than documents have them, or anything is a list', async () => {
    const nested = (depth: number): object => (depth === 0 ? {} : { a: nested(depth - 1) })
    const strange: readonly ((draft: Draft) => void)[] = [
      (draft) => (draft['a'] = nested(0) as never),
      (draft) => (draft['items']![hex(1)] = { a: {} }),
      (draft) => (draft['items']![hex(1)] = { bin: { bin: {} } }),
      (draft) => (draft['items']![hex(1)] = { [hex(2)]: {} }),
      (draft) => (draft['items']!['bin'] = {}),
      (draft) => (draft['items']![hex(1)] = nested(400)),
      (draft) => (draft['items']![hex(1)] = { list: [] }),
      (draft) => (draft['items']!['list'] = [[[1]]]),
    ]
    for (const edit of strange) expect(await sizeOfDocument(savedAfter(edit))).toBeNull()
    expect(
      await sizeOfDocument(savedAfter((draft) => void (draft['v'] = 1 as never))),
    ).not.toBeNull()
  })

  test('is none where a root container is made a second time, or a key is a trap', async () => {
    const [items] = [...containerById.keys()]
    const strange = [
      [{ action: 'makeMap', obj: '_root', key: 'items', pred: [items] }],
      [{ action: 'set', obj: items, key: '__proto__', value: 1, pred: [] }],
      [{ action: 'makeMap', obj: items, key: '__proto__', pred: [] }],
    ]
    for (const ops of strange) expect(await sizeOfDocument(savedWith(ops))).toBeNull()
    const text = { action: 'makeText', obj: items, key: 'text', pred: [] }
    expect(await sizeOfDocument(savedWith([text]))).not.toBeNull()
  })

  test('is none of anything else that Automerge would load', async () => {
    const saved = savedAfter(photos(0, 30))
    const [change] = Automerge.getAllChanges(Automerge.load(saved))
    for (const other of [
      ...[firstChange, plainBytes(change ?? firstChange), new Uint8Array()],
      ...[concatBytes(saved, saved), concatBytes(saved, Uint8Array.of(0)), saved.slice(0, -1)],
    ])
      expect(await sizeOfDocument(other)).toBeNull()
  })

  test('is found or refused for any bytes', async () => {
    const saved = savedAfter(photos(0, 60))
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.uint8Array({ maxLength: 40 }), async (at, junk) => {
        const start = at % saved.length
        const bytes = saved.slice()
        bytes.set(junk.slice(0, saved.length - start), start)
        const size = await sizeOfDocument(bytes)
        return size === null || isBearableSize(size)
      }),
    )
  })

  test('counts with that of other documents', async () => {
    const size = await sizeOfDocument(documentOf([], [[0x42, [...longRun(1_000_000), 1]]]))
    if (size === null) throw new Error('it is bearable')
    expect(isBearableSize(addSizes(noSize, size))).toBe(true)
    expect(isBearableSize(addSizes(size, size))).toBe(false)
  })
})

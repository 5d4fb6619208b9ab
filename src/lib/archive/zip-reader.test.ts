import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plainBytes } from '#lib/base/bytes.ts'
import { heldBytes } from '#tests/support/held-bytes.ts'
import { makeZip, patchRecord, patchZip, recordFields } from '#tests/support/make-zip.ts'
import { checkZips, openZip } from './zip-reader.ts'
import { createZipWriter } from './zip-writer.ts'

const { signal } = new AbortController()
const photo = new Uint8Array(5000).map((_, at) => at)

/** What is wrong with a zip, when it is opened or when it is looked through; null where it is sound. */
async function problemOf(zip: File): Promise<string | null> {
  const opened = await openZip(zip)
  if (!opened.ok) return opened.error.kind
  return (await checkZips(opened.value, signal, () => undefined))?.kind ?? null
}

describe('a zip that Sam was sent', () => {
  it('gives its files, byte by byte, and not what systems leave in it', async () => {
    const zip = await makeZip([
      ['Lake/a.jpg', photo],
      ['Lake/Ä #1.jpg', photo.slice(1)],
      ['__MACOSX/Lake/._a.jpg', 'fork'],
      ['Lake/.DS_Store', 'x'],
    ])
    const opened = await openZip(zip)
    if (!opened.ok) throw new Error(opened.error.kind)
    expect(opened.value.map(({ path }) => path)).toEqual(['Lake/a.jpg', 'Lake/Ä #1.jpg'])
    const read = await opened.value[1]?.read(signal)
    expect(new Uint8Array((await read?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(photo.slice(1))
    expect(await problemOf(zip)).toBeNull()
  })

  it.each(['../a.jpg', '/aa.jpg', 'C:/a.jp', 'a/../..', '..\\a.jp'])(
    'is refused where a name leads elsewhere: %s',
    async (name) => {
      const zip = await makeZip([['x'.repeat(name.length), photo]])
      expect(await problemOf(await patchZip(zip, 'x'.repeat(name.length), name))).toBe(
        'unsafe-names',
      )
    },
  )

  it('is refused where something in it is not what it says', async () => {
    const zip = await makeZip([
      ['a.jpg', photo],
      ['b.jpg', photo],
    ])
    const { crc, packed, unpacked, offset } = recordFields
    for (const [at, value] of [
      [crc, 7],
      [packed, 4000],
      [packed, 6000],
      [packed, 0x7fffffff],
      [unpacked, 4000],
      [unpacked, 6000],
      [offset, 1],
    ] as const)
      expect(await problemOf(await patchRecord(zip, 0, { at, value, bytes: 4 }))).toBe('damaged')
    // The second lies where the first is.
    const overlapping = await patchRecord(zip, 1, { at: offset, value: 0, bytes: 4 })
    expect(await problemOf(overlapping)).toBe('damaged')
    expect(await problemOf(await patchZip(zip, 'b.jpg', 'a.jpg'))).toBe('damaged')
  })

  it('is refused where it is a bomb, cut off, or none', async () => {
    const zip = await makeZip([['a.jpg', new Uint8Array(2_000_000)]], { level: 9 })
    const bomb = await patchRecord(zip, 0, { at: recordFields.unpacked, value: 2e9, bytes: 4 })
    expect(await problemOf(bomb)).toBe('too-large')
    const lying = await patchRecord(zip, 0, { at: recordFields.unpacked, value: 1000, bytes: 4 })
    expect(await problemOf(lying)).toBe('damaged')
    expect(await problemOf(new File([zip.slice(0, zip.size - 30)], 'cut.zip'))).toBe('not-a-zip')
    expect(await problemOf(new File(['hello'], 'none.zip'))).toBe('not-a-zip')
    expect(await problemOf(new File([], 'empty.zip'))).toBe('not-a-zip')
  })

  it('says of each file why it cannot be unpacked here', async () => {
    const obstacles = async (zip: File) => {
      const opened = await openZip(zip)
      return opened.ok && opened.value.map(({ obstacle }) => obstacle)
    }
    const zip = await makeZip(
      [
        ['a.jpg', photo],
        ['b.jpg', photo],
      ],
      { level: 6 },
    )
    expect(await problemOf(zip)).toBeNull()
    const { method } = recordFields
    expect(await obstacles(await patchRecord(zip, 1, { at: method, value: 9, bytes: 2 }))).toEqual([
      null,
      { kind: 'unknown-packing', way: 'Deflate64' },
    ])
    expect(await obstacles(await patchRecord(zip, 0, { at: method, value: 77, bytes: 2 }))).toEqual(
      [{ kind: 'unknown-packing', way: '77' }, null],
    )
    expect(await obstacles(await makeZip([['a.jpg', photo]], { password: 'x' }))).toEqual([
      { kind: 'encrypted' },
    ])
    expect(await problemOf(await patchRecord(zip, 0, { at: method, value: 0, bytes: 2 }))).toBe(
      'damaged',
    )
  })

  it('is not read any further when Sam ends it', async () => {
    const opened = await openZip(await makeZip([['a.jpg', photo]]))
    const ended = AbortSignal.abort(new Error('enough'))
    await expect(opened.ok && opened.value[0]?.read(ended)).rejects.toThrow('enough')
    await expect(opened.ok && opened.value[0]?.check(ended)).rejects.toThrow('enough')
  })

  it('takes no more memory for a file in it than a few words', async () => {
    const count = 2000
    const pieces: Uint8Array<ArrayBuffer>[] = []
    const writing = createZipWriter(
      new WritableStream({ write: (piece) => void pieces.push(plainBytes(piece)) }),
    )
    for (let n = 0; n < count; n++) await writing.addText(`Lake/${n}.jpg`, [], 0)
    await writing.close()
    const zip = new File(pieces, 'photos.zip')
    const before = heldBytes()
    const opened = await openZip(zip)
    expect((heldBytes() - before) / count).toBeLessThan(1500)
    expect(opened.ok && opened.value.length).toBe(count)
  })

  it('has names that are read, whatever they are written in', async () => {
    const zip = await patchZip(await makeZip([['xxxx.jpg', photo]]), 'xxxx', 'ol\xe9!')
    const opened = await openZip(zip)
    expect(opened.ok && opened.value[0]?.path.endsWith('!.jpg')).toBe(true)
  })

  it('never ends the app, whichever bytes were changed', async () => {
    const zip = new Uint8Array(
      await (await makeZip([['Lake/a.jpg', photo.slice(0, 200)]], { level: 6 })).arrayBuffer(),
    )
    const changes = fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), {
      minLength: 1,
      maxLength: 4,
    })
    await fc.assert(
      fc.asyncProperty(changes, async (list) => {
        const bytes = zip.slice()
        for (const [at, value] of list) bytes[at] = value
        const opened = await openZip(new File([bytes], 'changed.zip'))
        if (!opened.ok) return
        const problem = await checkZips(opened.value, signal, () => undefined)
        // Whatever passes is as long as it says.
        for (const file of problem === null ? opened.value : [])
          expect((await file.read(signal)).size).toBe(file.size)
      }),
    )
  })
})

import { BlobReader, ZipReader, type Entry } from '@zip.js/zip.js/lib/zip-core-native.js'
import { describe, expect, it } from 'vitest'
import { heldBytes } from '#tests/support/held-bytes.ts'
import { checkZips, openZip } from './zip-reader.ts'
import { createZipWriter, type ZipWriting } from './zip-writer.ts'

const inMay = Date.UTC(2026, 4, 1, 12, 30, 7)
const { signal } = new AbortController()

/** A photo of so many bytes that are all different from those of others. */
function photo(bytes: number, seed = 1): Blob {
  return new Blob([new Uint8Array(bytes).map((_, at) => at * seed + (at >> 8))])
}

async function zipOf(write: (zip: ZipWriting) => Promise<void>): Promise<File> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const whole = new Response(readable as ReadableStream).blob()
  const zip = createZipWriter(writable)
  await write(zip)
  await zip.close()
  return new File([await whole], 'Family.zip')
}

/** What a strict reader finds in it. */
function entriesOf(zip: Blob): Promise<Entry[]> {
  return new ZipReader(new BlobReader(zip), { strictness: 'strict' }).getEntries()
}

async function openedWhole(zip: File) {
  const opened = await openZip(zip)
  if (!opened.ok) throw new Error(opened.error.kind)
  expect(await checkZips(opened.value, signal, () => undefined)).toBeNull()
  return opened.value
}

describe("the zip of Ana's photos", () => {
  it('holds them byte by byte, under their names, with the moment they were taken', async () => {
    const photos = [0, 1, 65_535, 65_536, 65_537, 300_000].map((size, seed) => photo(size, seed))
    const zip = await zipOf(async (writing) => {
      for (const [n, each] of photos.entries())
        await writing.addFile(`Сад/été ${n} 🌻.jpg`, each, inMay + n * 1000)
    })
    const files = await openedWhole(zip)
    expect(files.map(({ path }) => path)).toEqual(photos.map((_, n) => `Сад/été ${n} 🌻.jpg`))
    expect(files.map(({ modifiedMs }) => modifiedMs)).toEqual(
      photos.map((_, n) => inMay + n * 1000),
    )
    for (const [n, file] of files.entries()) {
      const [is, was] = [await file.read(signal), photos[n] ?? new Blob()]
      expect(Buffer.from(await is.arrayBuffer()).equals(await was.bytes())).toBe(true)
    }
    const entries = await entriesOf(zip)
    expect(entries.map(({ zip64, version }) => [zip64, version])).toEqual(
      photos.map(() => [false, 20]),
    )
  })

  it('holds texts of any length, as they are made', async () => {
    const lines = Array.from({ length: 20_000 }, (_, n) => `Photo ${n} – Ana\n`)
    const zip = await zipOf(async (writing) => {
      await writing.addText('albums.json', lines, inMay)
      await writing.addText('empty.txt', [], inMay)
    })
    const [albums, empty] = await openedWhole(zip)
    expect(await (await albums?.read(signal))?.text()).toBe(lines.join(''))
    expect(empty?.size).toBe(0)
  })

  it('tells the moment of what was taken before and after the clock of zips', async () => {
    const moments = [Date.UTC(1952, 5, 1), Date.UTC(1979, 5, 1), Date.UTC(2037, 5, 1)]
    const far = Date.UTC(2200, 1, 1)
    const zip = await zipOf(async (writing) => {
      for (const moment of [...moments, far])
        await writing.addFile(`${moment}.jpg`, photo(10), moment)
    })
    const told = (await openedWhole(zip)).map(({ modifiedMs }) => modifiedMs)
    expect(told.slice(0, 3)).toEqual(moments)
    expect(new Date(told[3] ?? 0).getFullYear()).toBe(2107)
  })

  it('refuses a second file of one name', async () => {
    const zip = createZipWriter(new WritableStream())
    await zip.addFile('a.jpg', photo(1), inMay)
    await expect(zip.addFile('a.jpg', photo(1), inMay)).rejects.toThrow('not a new name')
    await expect(zip.addFile('a'.repeat(70_000), photo(1), inMay)).rejects.toThrow('not a new name')
  })
})

describe('while a zip is written', () => {
  it('nothing is read that nobody takes', async () => {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
    let pulled = 0
    const pieces = (function* () {
      for (;;) {
        pulled++
        yield 'x'.repeat(100_000)
      }
    })()
    const writing = createZipWriter(writable).addText('long.txt', pieces, inMay)
    const reader = readable.getReader()
    for (let taken = 0; taken < 20; taken++) {
      await reader.read()
      expect(pulled).toBeLessThan(taken + 4)
    }
    await reader.cancel(new Error('enough'))
    await expect(writing).rejects.toThrow('enough')
  })

  it('a photo that cannot be read any further is told, and the output can be ended', async () => {
    const broken = new Blob([])
    Object.defineProperties(broken, {
      size: { value: 500_000 },
      stream: {
        value: () =>
          new ReadableStream({
            pull(controller) {
              if (controller.desiredSize === 1) controller.enqueue(new Uint8Array(200_000))
              controller.error(new Error('the disk is gone'))
            },
          }),
      },
    })
    const ended: unknown[] = []
    const output = new WritableStream<Uint8Array>({ abort: (reason) => void ended.push(reason) })
    const zip = createZipWriter(output)
    await zip.addFile('a.jpg', photo(10), inMay)
    await expect(zip.addFile('b.jpg', broken, inMay)).rejects.toThrow('the disk is gone')
    await output.abort('broken')
    expect(ended).toEqual(['broken'])
  })

  it('a photo that is shorter than it said is told', async () => {
    const short = Object.defineProperty(photo(10), 'size', { value: 11 })
    const zip = createZipWriter(new WritableStream())
    await expect(zip.addFile('a.jpg', short, inMay)).rejects.toThrow('not as long as it said')
  })

  it('each file before takes no more memory than its line in the directory', async () => {
    const files = 5000
    const zip = createZipWriter(new WritableStream())
    const before = heldBytes()
    for (let n = 0; n < files; n++) await zip.addText(`Family/${n}.jpg.xmp`, ['caption'], inMay)
    expect((heldBytes() - before) / files).toBeLessThan(1000)
    await zip.close()
  })
})

/** A zip beyond what the format's first version could say: very many files, and one of more than 4 GB. */
import { createWriteStream } from 'node:fs'
import { mkdtemp, open, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { checkZips, openZip } from '#lib/archive/zip-reader.ts'
import { createZipWriter } from '#lib/archive/zip-writer.ts'
import { openFileOnDisk } from '#tests/support/file-on-disk.ts'

const isSlow = process.env['SLOW'] === '1'
const files = isSlow ? 100_000 : 500
const filmBytes = isSlow ? 4.5 * 2 ** 30 : 64 * 2 ** 20
/** Of memory beyond what was there before, the names and the directory included. */
const mostBytes = 512 * 2 ** 20

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mantel-zips-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

/** What the most memory was while `act` ran, in bytes, over what it was before. */
async function memoryOf(act: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage().rss
  let most = before
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 50)
  await act()
  clearInterval(watch)
  return most - before
}

/** A film without pictures, which takes no room on the disk. */
async function emptyFilm(): Promise<Blob> {
  const path = join(folder, 'film.mp4')
  const file = await open(path, 'w')
  await file.truncate(filmBytes)
  await file.close()
  return openFileOnDisk(path)
}

test('a long film and the photos of many years go into a zip and come out whole, piece by piece', async () => {
  const path = join(folder, 'Family.zip')
  const film = await emptyFilm()
  const writing = await memoryOf(async () => {
    const output = Writable.toWeb(createWriteStream(path)) as WritableStream<Uint8Array>
    const zip = createZipWriter(output)
    await zip.addFile('Family/film.mp4', film, Date.UTC(2026, 4, 1))
    for (let n = 0; n < files; n++)
      await zip.addFile(`Family/${n}.jpg`, new Blob([`photo ${n}`]), Date.UTC(2026, 4, 2))
    await zip.addText('Family/albums.json', ['{}'], Date.UTC(2026, 4, 3))
    await zip.close()
  })
  const { size } = await stat(path)
  const zip = await openFileOnDisk(path)
  let found: string[] = []
  let problem: unknown = null
  const reading = await memoryOf(async () => {
    const opened = await openZip(zip)
    if (!opened.ok) throw new Error(opened.error.kind)
    found = opened.value.map((each) => each.path)
    problem = await checkZips(opened.value, new AbortController().signal, () => undefined)
  })
  const inMiB = (bytes: number) => Math.round(bytes / 2 ** 20)
  console.log(
    `${files + 2} files, ${inMiB(size)} MiB: ${inMiB(writing)} MiB of memory to write, ${inMiB(reading)} to read`,
  )
  expect(problem).toBeNull()
  expect(found).toHaveLength(files + 2)
  expect([found[0], found[files]]).toEqual(['Family/film.mp4', `Family/${files - 1}.jpg`])
  expect(Math.max(writing, reading)).toBeLessThan(mostBytes)
}, 1_200_000)

/** Files on a line that breaks, from a relay that sends another, and before any relay has them. */
import { expect, test } from 'vitest'
import type { Bytes } from '#lib/base/bytes.ts'
import { concatBytes, toHex } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { ok } from '#lib/base/result.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { createBegunUploads } from '#lib/sync/begun-uploads.ts'
import { createBlobClient } from '#lib/sync/blob-client.ts'
import { createDownloads } from '#lib/sync/downloads.ts'
import { maxPutBytes } from '#lib/wire/limits.ts'
import { homeRelay, randomGroup } from '#tests/support/stored-samples.ts'

const film = new Uint8Array(maxPutBytes + 5).fill(7)
const id = toHex(sha256(film)) as BlobId
const half = film.subarray(0, film.length / 2)

test('a long film whose line broke half-way comes whole the next time, and no half of it stays', async () => {
  const { downloads, blobs, disk } = await anaAsks([half, film])
  expect(await downloads.fetch(id, 10_000)).toBe(true)
  expect((await blobs.get(id))?.size).toBe(film.length)
  expect(disk.paths().filter((path) => path.includes('blobs'))).toHaveLength(1)
})

test('a long film of which one byte is another is never kept', async () => {
  const { downloads, blobs, disk } = await anaAsks([film.map((byte, n) => (n === 9 ? 8 : byte))])
  expect(await downloads.fetch(id, 0)).toBe(false)
  expect(await blobs.has(id)).toBe(false)
  expect(disk.paths().filter((path) => path.includes('blobs'))).toEqual([])
})

test('thumbnails that no relay has yet are asked for again until they come, and others do not wait for them', async () => {
  const [late, here] = [new Uint8Array(9).fill(1), new Uint8Array(9).fill(2)]
  const names = [late, here].map((bytes) => toHex(sha256(bytes)) as BlobId)
  let asked = 0
  const { downloads, blobs } = await anaWith(() => {
    const [held = [late]] = [[here], []].slice(asked++)
    return new Response(new Blob(held.map(inBatch)))
  })
  downloads.prefetch(names)
  await expect.poll(() => Promise.all(names.map((name) => blobs.has(name)))).toEqual([false, true])
  await expect
    .poll(() => Promise.all(names.map((name) => blobs.has(name))), { timeout: 10_000 })
    .toEqual([true, true])
  expect(asked).toBe(3)
  downloads.stop()
})

test('after the first thumbnails the others wait while these are shown, unless somebody looks at one', async () => {
  const all = Array.from({ length: 60 }, (_, n) => new Uint8Array(9).fill(n))
  const names = all.map((bytes) => toHex(sha256(bytes)) as BlobId)
  const seen = all.at(-1) ?? film
  const askedMs: number[] = []
  const { downloads, blobs } = await anaWith((init) => {
    if (init?.method !== 'POST') return new Response(new Blob([seen]))
    const ahead = askedMs.push(performance.now()) === 1 ? all.slice(0, 48) : all.slice(48)
    return new Response(new Blob(ahead.map(inBatch)))
  })
  downloads.prefetch(names)
  await downloads.firstAhead()
  expect(await downloads.fetch(toHex(sha256(seen)) as BlobId, 0)).toBe(true)
  expect(askedMs).toHaveLength(1)
  await expect.poll(() => blobs.missing(names), { timeout: 10_000 }).toEqual([])
  const [first = 0, second = 0] = askedMs
  expect(second - first).toBeGreaterThanOrEqual(450)
  downloads.stop()
})

/** As a relay puts it among others: name, length, bytes. */
function inBatch(bytes: Bytes): Bytes {
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, bytes.length)
  return concatBytes(sha256(bytes), length, bytes)
}

/** A device that is sent these bodies, one after another, each said to be as long as the film. */
function anaAsks(bodies: Bytes[]) {
  return anaWith((init) => {
    const from = Number(
      /^bytes=(\d+)-$/.exec(new Headers(init?.headers).get('range') ?? '')?.[1] ?? 0,
    )
    const headers = { 'content-length': String(film.length - from) }
    const range = { ...headers, 'content-range': `bytes ${from}-${film.length - 1}/${film.length}` }
    if (from > 0) return new Response(film.slice(from), { status: 206, headers: range })
    return new Response(bodies.shift() ?? film, { headers })
  })
}

/** A device whose relay answers so. */
async function anaWith(answer: (init?: RequestInit) => Response) {
  const disk = createMemoryDisk()
  const group = randomGroup()
  const { blobs, notes } = await createDeviceStore(disk.mount()).openGroup(group)
  const session = {
    place: { address: 'https://photos.rivera.example', key: homeRelay },
    request: (_: string, init?: RequestInit) => Promise.resolve(ok(answer(init))),
    reset: () => undefined,
  }
  const client = createBlobClient(group, session, createBegunUploads(notes, homeRelay))
  const downloads = createDownloads({ blobs, clients: () => [client], clock: Date.now })
  return { downloads, blobs, disk }
}

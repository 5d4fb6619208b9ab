/** What the service worker answers under /media, on the browser's real storage. */
import { expect, test } from 'vitest'
import type { Bytes } from '#lib/base/bytes.ts'
import { createBlobKey, sealBlob } from '#lib/crypto/blob-format.ts'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMediaReader } from '#lib/storage/media-reader.ts'
import type { MediaRequest } from '#lib/wire/media-request.ts'
import { mediaUrl } from '#lib/wire/media-url.ts'
import { randomGroup, sampleId, sampleRow } from '#tests/support/stored-samples.ts'
import { answerMedia } from '#service-worker/answer-media.ts'

const video = Uint8Array.from({ length: 600_000 }, (_, n) => (n * 7) % 251)

test('Safari asks for the first two bytes and gets exactly those', async () => {
  const { ask, url } = await anaWith('video/mp4')
  const answer = await ask(url, { range: 'bytes=0-1' })
  expect(answer.status).toBe(206)
  expect(answer.headers.get('content-range')).toBe('bytes 0-1/600000')
  expect(answer.headers.get('content-length')).toBe('2')
  expect(await bytesOf(answer)).toEqual(video.slice(0, 2))
})

test('a seek into the middle, to the end and past it', async () => {
  const { ask, url } = await anaWith('video/mp4')
  const middle = await ask(url, { range: 'bytes=262100-262199' })
  expect(await bytesOf(middle)).toEqual(video.slice(262_100, 262_200))
  const end = await ask(url, { range: 'bytes=599990-' })
  expect([end.status, end.headers.get('content-range')]).toEqual([
    206,
    'bytes 599990-599999/600000',
  ])
  expect(await bytesOf(end)).toEqual(video.slice(599_990))
  const past = await ask(url, { range: 'bytes=600000-' })
  expect([past.status, past.headers.get('content-range')]).toEqual([416, 'bytes */600000'])
})

test('a whole picture comes with its type, for ever, unable to act as the app', async () => {
  const { ask, url } = await anaWith('image/webp')
  const answer = await ask(url)
  expect(answer.status).toBe(200)
  expect(Object.fromEntries(answer.headers)).toEqual({
    'accept-ranges': 'bytes',
    'cache-control': 'private, max-age=31536000, immutable',
    'content-length': '600000',
    'content-security-policy': "sandbox; default-src 'none'",
    'content-type': 'image/webp',
    'cross-origin-resource-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
  })
  expect((await bytesOf(answer)).length).toBe(600_000)
  const head = await ask(url, {}, 'HEAD')
  expect([head.status, head.body]).toEqual([200, null])
})

test.each(['text/html', 'image/svg+xml', 'application/javascript', ''])(
  'a file that Sam calls %s is only bytes',
  async (mime) => {
    const { ask, url } = await anaWith(mime)
    expect((await ask(url)).headers.get('content-type')).toBe('application/octet-stream')
  },
)

test('a picture that is not here is asked of a page, once, and shown when it came', async () => {
  const { ask, url, store, blob, ciphertext, asked } = await anaWith('image/webp')
  await store.blobs.remove(blob)
  expect((await ask(url)).status).toBe(504)
  asked.answer = async () => {
    await store.blobs.put(blob, ciphertext)
    return { ok: true }
  }
  expect((await ask(url)).status).toBe(200)
  expect(asked.requests.map(({ kind }) => kind)).toEqual(['fetch-blob', 'fetch-blob'])
})

test('of a film that is elsewhere only what the player asks for is opened, and nothing is kept', async () => {
  const { ask, url, store, blob, asked } = await anaWith('video/mp4')
  await store.blobs.remove(blob)
  asked.answer = (request) =>
    Promise.resolve(
      request.kind === 'open-part' ? { part: video.slice(request.from, request.to) } : null,
    )
  const first = await ask(url, { range: 'bytes=0-1' })
  expect([first.status, first.headers.get('content-range')]).toEqual([206, 'bytes 0-1/600000'])
  expect(await bytesOf(first)).toEqual(video.slice(0, 2))
  const seek = await ask(url, { range: 'bytes=262100-' })
  expect(seek.headers.get('content-length')).toBe('337900')
  expect(same(await bytesOf(seek), video.subarray(262_100))).toBe(true)
  expect(asked.ranges()).toEqual([
    [0, 2],
    [262_100, 262_127],
    [262_127, 600_000],
  ])
  expect(await store.blobs.has(blob)).toBe(false)
})

test('of a film of which Sam says something else a page tells first what is true', async () => {
  const { ask, url, store, original, asked } = await anaWith('video/mp4')
  const forged = { ...original, key: new Uint8Array(16), size: 7, mime: 'image/png' }
  await store.index.apply({ put: [{ ...sampleRow(2), original: forged }], remove: [] })
  const here = await ask(url, { range: 'bytes=0-1' })
  expect([here.status, here.headers.get('content-type')]).toEqual([206, 'video/mp4'])
  await store.blobs.remove(original.blob)
  expect((await ask(url)).status).toBe(504)
  asked.answer = (request) =>
    Promise.resolve(
      request.kind === 'open-part'
        ? { part: video.slice(request.from, request.to) }
        : { facts: { size: video.length, mime: 'video/mp4' } },
    )
  const away = await ask(url, { range: 'bytes=0-1' })
  expect([away.status, away.headers.get('content-range')]).toEqual([206, 'bytes 0-1/600000'])
  expect(asked.requests.map(({ kind }) => kind)).toEqual([
    ...['tell-facts', 'fetch-blob'],
    ...['tell-facts', 'open-part'],
  ])
})

test('a film that nobody has yet is 504; one that goes out of reach breaks off', async () => {
  const { ask, url, store, blob, asked } = await anaWith('video/mp4')
  await store.blobs.remove(blob)
  expect((await ask(url, { range: 'bytes=0-' })).status).toBe(504)
  asked.answer = (request) =>
    Promise.resolve(
      request.kind === 'open-part' && request.from === 0
        ? { part: video.slice(0, request.to) }
        : { part: video.slice(0, 5) },
    )
  const cut = await ask(url, { range: 'bytes=0-' })
  expect(cut.status).toBe(206)
  await expect(bytesOf(cut)).rejects.toThrow()
})

test('anything else below /media is 404, and no page is asked', async () => {
  const { ask, group, asked } = await anaWith('video/mp4')
  const [blob, stranger] = [sampleId('BlobId', 9999), randomGroup()]
  const wrong = ['/media/', '/media/x/y', mediaUrl(group, blob), mediaUrl(stranger, blob)]
  for (const url of wrong) expect((await ask(url)).status).toBe(404)
  expect((await ask(wrong[0] ?? '', {}, 'POST')).status).toBe(405)
  expect(asked.requests).toEqual([])
})

async function anaWith(mime: string) {
  const device = createDeviceStore(createBrowserDisk())
  const group = randomGroup()
  await device.putGroup({ group, standing: 'joined', addedMs: 1, card: null })
  const store = await device.openGroup(group)
  const blobKey = createBlobKey()
  const { id: blob, bytes: ciphertext } = await sealBlob(video, blobKey)
  const original = { blob, key: blobKey.key, size: video.length, mime }
  await store.index.apply({ put: [{ ...sampleRow(1), original }], remove: [] })
  await store.blobs.put(blob, ciphertext)
  const requests: MediaRequest[] = []
  const asked = {
    requests,
    ranges: () => requests.map((one) => (one.kind === 'open-part' ? [one.from, one.to] : [])),
    answer: (_: MediaRequest): Promise<unknown> => Promise.resolve(null),
  }
  const parts = {
    reader: createMediaReader(device),
    askPage: (request: MediaRequest) => {
      requests.push(request)
      return asked.answer(request)
    },
  }
  const ask = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
    answerMedia(new Request(url, { method, headers }), parts)
  return { ask, url: mediaUrl(group, blob), group, store, original, blob, ciphertext, asked }
}

async function bytesOf(answer: Response): Promise<Bytes> {
  return new Uint8Array(await answer.arrayBuffer())
}

/** Whole films are compared without printing them. */
function same(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, n) => byte === b[n])
}

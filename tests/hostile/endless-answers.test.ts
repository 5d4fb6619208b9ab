/** A relay that answers more than it was asked, or without end: the device takes what it asked for, and hangs up. */
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { concatBytes, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import { idToBytes, platformRandom, type BlobId } from '#lib/base/ids.ts'
import { ok } from '#lib/base/result.ts'
import { createBlobKey, sealBlob, type SealedBlob } from '#lib/crypto/blob-format.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { createBegunUploads } from '#lib/sync/begun-uploads.ts'
import { createBlobClient, type BlobClient } from '#lib/sync/blob-client.ts'
import { createDownloads } from '#lib/sync/downloads.ts'
import { maxBlobBytes, maxPutBytes } from '#lib/wire/limits.ts'
import { homeRelay, randomGroup } from '#tests/support/stored-samples.ts'

type Answer = (to: ServerResponse) => void

let answer: Answer
let sent = 0
let hungUp = Promise.withResolvers<null>()
const server = createServer((request, to) => {
  request.resume()
  to.on('close', () => hungUp.resolve(null))
  answer(to)
})
let client: BlobClient
let photos: SealedBlob[]
const store = createDeviceStore(createMemoryDisk().mount()).openGroup(randomGroup())
const { signal } = new AbortController()

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as AddressInfo
  const address = `http://localhost:${port}`
  const session = {
    place: { address, key: homeRelay },
    request: async (path: string, init?: RequestInit) => ok(await fetch(address + path, init)),
    reset: () => undefined,
  }
  const { notes } = await store
  client = createBlobClient(randomGroup(), session, createBegunUploads(notes, homeRelay))
  photos = await Promise.all(
    Array.from({ length: 4 }, () => sealBlob(platformRandom(5000), createBlobKey())),
  )
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  sent = 0
  hungUp = Promise.withResolvers()
})

/** Sends pieces until the other side hangs up, or 64 times as much as there could be. */
function withoutEnd(to: ServerResponse, piece: Bytes): void {
  const more = (): void => {
    while (sent < 64 * maxPutBytes && !to.destroyed) {
      sent += piece.length
      if (!to.write(piece)) {
        to.once('drain', more)
        return
      }
    }
    to.end()
  }
  more()
}

const piece = new Uint8Array(1 << 20)

function inBatch({ id, bytes }: SealedBlob): Bytes {
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, bytes.length)
  return concatBytes(idToBytes(id), size, bytes)
}

/** Asks for these in a batch; what the device is given. */
async function taken(ids: readonly BlobId[]) {
  const came: BlobId[] = []
  const outcome = await client.batch(
    ids,
    (id) => {
      came.push(id)
      return Promise.resolve()
    },
    signal,
  )
  return { came, isOk: outcome.ok }
}

test('of a batch only what was asked for is taken, each once', async () => {
  const [one, two, three] = photos
  if (!one || !two || !three) throw new Error('there are four')
  const asked = [one.id, two.id]
  const answers = [[one, two], [two, three, one], [one, one, two], [three]]
  const came = []
  for (const photosSent of answers) {
    answer = (to) => to.end(concatBytes(...photosSent.map(inBatch)))
    came.push(await taken(asked))
  }
  expect(came).toEqual([
    { came: [one.id, two.id], isOk: true },
    { came: [two.id], isOk: false },
    { came: [one.id], isOk: false },
    { came: [], isOk: false },
  ])
})

test('a batch without end is hung up on with the first that nobody asked for', async () => {
  const [one, two] = photos
  if (!one || !two) throw new Error('there are four')
  answer = (to) => {
    to.write(inBatch(one))
    withoutEnd(to, concatBytes(...Array.from({ length: 200 }, () => inBatch(two))))
  }
  expect(await taken([one.id])).toEqual({ came: [one.id], isOk: false })
  await hungUp.promise
  expect(sent).toBeLessThan(16 * maxPutBytes)
})

test('a blob whose length is not said, or not true, is read no further than one may be long', async () => {
  const [one] = photos
  if (one === undefined) throw new Error('there are four')
  answer = (to) => withoutEnd(to, piece)
  expect(await client.get(one.id, 0, signal)).toMatchObject({ ok: false })
  await hungUp.promise
  expect(sent).toBeLessThan(16 * maxPutBytes)

  const bomb = gzipSync(new Uint8Array(8 * maxPutBytes))
  answer = (to) =>
    to.writeHead(200, { 'content-encoding': 'gzip', 'content-length': bomb.length }).end(bomb)
  expect(await client.get(one.id, 0, signal)).toMatchObject({ ok: false })

  answer = (to) => to.writeHead(200, { 'content-length': maxBlobBytes + 1 }).write(piece)
  expect(await client.get(one.id, 0, signal)).toEqual({ ok: false, error: { kind: 'damaged' } })
  answer = (to) =>
    to
      .writeHead(206, { 'content-range': `bytes 5-9/${maxBlobBytes + 1}`, 'content-length': 5 })
      .end('12345')
  expect(await client.get(one.id, 5, signal)).toEqual({ ok: false, error: { kind: 'damaged' } })

  answer = (to) => to.end(one.bytes)
  expect(await client.get(one.id, 0, signal)).toEqual(ok(one.bytes))
})

test('a part that is longer once it is unpacked is none', async () => {
  const [one] = photos
  if (one === undefined) throw new Error('there are four')
  const bomb = gzipSync(new Uint8Array(8 * maxPutBytes))
  const headers = { 'content-encoding': 'gzip', 'content-length': bomb.length }
  answer = (to) => to.writeHead(206, headers).end(bomb)
  const range = { start: 0, end: bomb.length }
  expect(await client.part(one.id, range, signal)).toMatchObject({ ok: false })
})

test('of those that are missing only what was asked about is believed, and no endless list is read', async () => {
  const [one, two, three] = photos.map(({ id }) => id)
  if (!one || !two || !three) throw new Error('there are four')
  answer = (to) => to.end(encodeCbor({ missing: [three, two].map(idToBytes) }))
  expect(await client.missing([one, two])).toEqual(ok([two]))
  answer = (to) => withoutEnd(to, piece)
  expect(await client.missing([one, two])).toMatchObject({ ok: false })
  await hungUp.promise
  expect(sent).toBeLessThan(16 * maxPutBytes)
})

test('what comes unasked is in no store', async () => {
  const [one, two] = photos
  if (!one || !two) throw new Error('there are four')
  const { blobs } = await store
  const downloads = createDownloads({ blobs, clients: () => [client], clock: Date.now })
  answer = (to) => to.end(concatBytes(inBatch(one), inBatch(two)))
  downloads.prefetch([one.id])
  await downloads.firstAhead()
  downloads.stop()
  expect([...(await blobs.list()).keys()]).toEqual([one.id])
})

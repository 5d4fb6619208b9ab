import { describe, expect, test } from 'vitest'
import type { Bytes } from '#lib/base/bytes.ts'
import { createBlobKey, sealBlob } from '#lib/crypto/blob-format.ts'
import { createMediaReader, type MediaLookup } from '#lib/storage/media-reader.ts'
import { homeRelay, randomGroup, sampleRow, sampleTransfer } from '#tests/support/stored-samples.ts'
import type { CreateDevice } from './stores-under-test.ts'

/** A video of several records and a bit. */
const plaintext = Uint8Array.from({ length: 1_500_001 }, (_, n) => (n * 7 + (n >> 9)) % 253)

export function mediaReaderSuite(name: string, createDevice: CreateDevice): void {
  describe(`media reader, ${name}`, () => {
    test('any part of a video is what it was, across records and at both ends', async () => {
      const { media } = await videoOn(createDevice)
      const size = plaintext.length
      for (const [from, to] of [
        [0, 2],
        [0, size],
        [262_126, 262_128],
        [1_048_500, 1_048_520],
        [size - 1, size],
      ] as const)
        expect(same(await opened(await media(), from, to), plaintext.subarray(from, to))).toBe(true)
    })

    test('a blob that nobody here knows, in a group or without one, is unknown', async () => {
      const { reader, group } = await videoOn(createDevice)
      const { blob } = sampleRow(77).original ?? {}
      if (blob === undefined) throw new Error('the sample has no original')
      expect(await reader.find(group, blob)).toEqual({ kind: 'unknown' })
      expect(await reader.find(randomGroup(), blob)).toEqual({ kind: 'unknown' })
    })

    test('a known one whose ciphertext is elsewhere is absent', async () => {
      const { media, store, blob } = await videoOn(createDevice)
      await store.blobs.remove(blob)
      expect(await media()).toMatchObject({ kind: 'absent', facts: { mime: 'video/mp4' } })
    })

    test('changed ciphertext is never shown, and dropped so that it is fetched again', async () => {
      const { media, store, blob, ciphertext } = await videoOn(createDevice)
      await store.blobs.remove(blob)
      await store.blobs.put(
        blob,
        ciphertext.map((byte, n) => (n === 5000 ? byte ^ 1 : byte)),
      )
      const found = await media()
      expect(found.kind === 'found' && (await found.open(0, 10))).toBeNull()
      expect(await media()).toMatchObject({ kind: 'absent', facts: { mime: 'video/mp4' } })
    })

    test('Sam’s item that names Ana’s blob with a key of his own takes nothing from her', async () => {
      const { media, store, row, original, blob } = await videoOn(createDevice)
      const forged = [
        { ...original, key: new Uint8Array(16) },
        { ...original, size: 1 },
        { ...original, key: new Uint8Array(16), size: original.size + 1 },
      ]
      const items = forged.map((one, n) => ({ ...sampleRow(70 + n), original: one }))
      await store.index.apply({ put: items, remove: [] })
      // What is written last stands behind.
      await store.index.apply({ put: [{ ...row, caption: 'nice' }], remove: [] })
      expect(await media()).toMatchObject({ mime: 'video/mp4', size: plaintext.length })
      expect(same(await opened(await media(), 0, plaintext.length), plaintext)).toBe(true)
      expect(await store.blobs.has(blob)).toBe(true)
      await store.blobs.remove(blob)
      expect(await media()).toEqual({ kind: 'absent', facts: null })
    })

    test('sound ciphertext that no item of this device opens stays where it is', async () => {
      const { media, store, row, original, blob } = await videoOn(createDevice)
      const forged = { ...original, key: new Uint8Array(16) }
      const items = [
        { ...sampleRow(70), original: forged },
        { ...sampleRow(71), original: forged },
      ]
      await store.index.apply({ put: items, remove: [row.item] })
      const look = async () => {
        const found = await media()
        expect(found.kind === 'found' && (await found.open(0, 10))).toBeNull()
      }
      await look()
      await store.index.apply({
        put: [{ ...items[0]!, original: { ...forged, size: 9 } }],
        remove: [],
      })
      await look()
      expect(await store.blobs.has(blob)).toBe(true)
      await store.index.apply({ put: [row], remove: [] })
      expect(same(await opened(await media(), 0, 10), plaintext.subarray(0, 10))).toBe(true)
    })

    test('changed ciphertext is dropped, too, where several things are said of it', async () => {
      const { media, store, original, blob, ciphertext } = await videoOn(createDevice)
      const forged = { ...original, key: new Uint8Array(16) }
      await store.index.apply({ put: [{ ...sampleRow(70), original: forged }], remove: [] })
      await store.blobs.remove(blob)
      await store.blobs.put(
        blob,
        ciphertext.map((byte, n) => (n === ciphertext.length - 5 ? byte ^ 1 : byte)),
      )
      const found = await media()
      expect(found.kind === 'found' && (await found.open(0, 10))).toBeNull()
      expect(await store.blobs.has(blob)).toBe(false)
    })

    test('what does not open and waits to be sent is not dropped: it may be all there is', async () => {
      const { media, store, blob, ciphertext } = await videoOn(createDevice)
      await store.blobs.remove(blob)
      await store.blobs.put(
        blob,
        ciphertext.map((byte, n) => (n === 5000 ? byte ^ 1 : byte)),
      )
      await store.entries.addTransfers([{ ...sampleTransfer(homeRelay, 1, 3), blob }])
      const found = await media()
      expect(found.kind === 'found' && (await found.open(0, 10))).toBeNull()
      expect(await store.blobs.has(blob)).toBe(true)
    })
  })
}

async function videoOn(createDevice: CreateDevice) {
  const group = randomGroup()
  const device = createDevice().tab()
  await device.putGroup({ group, standing: 'joined', addedMs: 1, card: null })
  const store = await device.openGroup(group)
  const blobKey = createBlobKey()
  const { id: blob, bytes: ciphertext } = await sealBlob(plaintext, blobKey)
  const { key } = blobKey
  const original = { blob, key, size: plaintext.length, mime: 'video/mp4' }
  const row = { ...sampleRow(1), original }
  await store.index.apply({ put: [row], remove: [] })
  await store.blobs.put(blob, ciphertext)
  const reader = createMediaReader(device)
  const media = () => reader.find(group, blob)
  return { group, store, row, original, blob, ciphertext, reader, media }
}

async function opened(media: MediaLookup, from: number, to: number): Promise<Bytes> {
  if (media.kind !== 'found') throw new Error(`the video is ${media.kind}`)
  return new Uint8Array(await new Response(await media.open(from, to)).arrayBuffer())
}

/** Whole videos are compared without printing them. */
function same(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, n) => byte === b[n])
}

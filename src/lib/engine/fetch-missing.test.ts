import { expect, test } from 'vitest'
import type { BlobId } from '#lib/base/ids.ts'
import { fetchMissing, type Missing } from './fetch-missing.ts'

const roomBytes = 100 << 20

/** Files of these lengths, on a device with room for 100 MiB; what of them came. */
async function fetched(sizes: readonly number[]): Promise<number[]> {
  const came: number[] = []
  let usedBytes = 0
  const session = {
    connections: {
      holders: (ids: readonly BlobId[]) => Promise.resolve(new Map(ids.map((id) => [id, 1]))),
      downloads: { fetch: () => Promise.resolve(true) },
    },
  } as unknown as Missing['session']
  const missing = sizes.map((size, n) => ({
    session,
    file: { blob: String(n) as BlobId, key: new Uint8Array(16), size, mime: '' },
  }))
  await fetchMissing(missing, {
    ...{ mayGoOn: () => true, clock: () => 0 },
    hasRoom: (bytes) => Promise.resolve(usedBytes + bytes < roomBytes),
    onHere: ({ size }) => {
      usedBytes += size
      came.push(size)
    },
  })
  return came
}

test('files that are said to be longer than there is room keep no other from coming', async () => {
  const absurd = [2 ** 34, 2 ** 33, 2 ** 40, 2 ** 34]
  expect(await fetched([...absurd, 1 << 20, 2 << 20])).toEqual([1 << 20, 2 << 20])
})

test('where room runs out, nothing more is fetched', async () => {
  const photo = 3 << 20
  const came = await fetched(Array.from({ length: 50 }, () => photo))
  // Three at once look before any of them has come.
  expect(came.length * photo).toBeLessThan(roomBytes + 3 * photo)
  expect(came.length).toBeGreaterThan(30)
})

/** A relay that is killed between any two steps of what it does about releases ends where it would have ended. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { platformRandom, randomId, type BlobId, type EntryId, type RelayId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { signEntry } from '#lib/wire/entry.ts'
import { encodeRelease } from '#lib/wire/release.ts'
import type { BlobStore } from '#relay/blobs/blob-store.ts'
import { createFileBlobStore } from '#relay/blobs/file-blob-store.ts'
import { openReleaseLedger, type ReleaseLedger } from '#relay/blobs/release-ledger.ts'
import { asideMs } from '#relay/blobs/releases.ts'
import { createMemoryFeedStore } from '#relay/feed/memory-feed-store.ts'
import { createGroup } from '#relay/groups/group.ts'
import { createLogger } from '#relay/logger.ts'
import { endlessRoom } from '#tests/support/endless-room.ts'
import { foundGroup } from '#tests/support/test-group.ts'

/** Everything that leaves a trace on the disk. */
const steps = ['setAside', 'bringBack', 'removeAside', 'note', 'read', 'forget', 'uploaded']

/** Lets that many steps be taken, then none, as a killed process would. */
function killedAfter<T extends object>(store: T, left: { steps: number }): T {
  return new Proxy(store, {
    get(of, name, receiver) {
      const value: unknown = Reflect.get(of, name, receiver)
      if (typeof value !== 'function' || !steps.includes(String(name))) return value
      return (...args: unknown[]): unknown => {
        if (left.steps-- <= 0) throw new Error('killed')
        return value.apply(of, args) as unknown
      }
    },
  })
}

async function* once(bytes: Bytes): AsyncIterable<Bytes> {
  yield await Promise.resolve(bytes)
}

interface Disk {
  readonly folder: string
  readonly feed: ReturnType<typeof createMemoryFeedStore>
  nowMs: number
}

/** Runs a relay's group on that disk until the steps are used up. */
async function run(
  { folder, feed, nowMs }: Disk,
  family: ReturnType<typeof foundGroup>,
  given: { steps: number; act?: (group: ReturnType<typeof createGroup>) => Promise<void> },
): Promise<void> {
  const blobs: BlobStore = createFileBlobStore({
    ...{ blobs: join(folder, 'blobs'), aside: join(folder, 'aside') },
    incoming: join(folder, 'incoming'),
  })
  const ledger: ReleaseLedger = openReleaseLedger(join(folder, 'releases.sqlite'))
  const left = { steps: given.steps }
  const group = createGroup({
    ...{ id: family.id, feed, clock: () => nowMs, logger: createLogger('silent') },
    ...{ blobs: killedAfter(blobs, left), ledger: killedAfter(ledger, left) },
    room: endlessRoom(),
    mayRenew: () => false,
  })
  await given.act?.(group).catch(() => undefined)
  await group.close()
}

/** Where each blob is: here, aside, or gone. */
async function whereabouts({ folder }: Disk, ids: readonly BlobId[]): Promise<string[]> {
  const store = createFileBlobStore({
    ...{ blobs: join(folder, 'blobs'), aside: join(folder, 'aside') },
    incoming: join(folder, 'incoming'),
  })
  const aside = new Set((await store.listAside(null, 100)).map(({ id }) => id))
  const found = []
  for (const id of ids)
    found.push([(await store.size(id)) !== null && 'here', aside.has(id) && 'aside'])
  return found.map((places) => places.filter((place) => place !== false).join('+') || 'gone')
}

test('every step: what is released ends aside, what is kept ends here, what is due ends gone', async () => {
  const root = await mkdtemp(join(tmpdir(), 'mantel-killed-'))
  try {
    for (let steps = 0; steps < 13; steps++) await story(await mkdtemp(join(root, 'at-')), steps)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

async function story(folder: string, steps: number): Promise<void> {
  const key = toHex(platformRandom(32)) as RelayId
  const family = foundGroup({ origin: 'http://localhost:4600', key })
  const disk: Disk = { folder, feed: createMemoryFeedStore(randomId('FeedId')), nowMs: 1e12 }
  const photos = Array.from({ length: 3 }, () => platformRandom(50))
  const ids = photos.map((bytes) => toHex(sha256(bytes)) as BlobId)
  const ana = { as: 'device', key: family.founder.id } as const
  const say = (kind: 'release' | 'keep', blobs: readonly BlobId[], over: readonly EntryId[] = []) =>
    signEntry(
      {
        ...{ group: family.id, kind, author: family.founder.id, after: [family.head] },
        seq: ++family.founder.seq,
      },
      encodeRelease(kind, { blobs, over }),
      family.founder.seed,
    )
  await run(disk, family, {
    steps: Infinity,
    act: async (group) => {
      await group.append(family.genesis.bytes, 'founder')
      for (const [index, id] of ids.entries()) {
        await group.blobs.put(id, once(photos[index] ?? new Uint8Array()), 1000)
        await group.blobStored(id, null)
      }
    },
  })

  const entries = [say('release', ids), say('keep', ids.slice(0, 1))]
  await run(disk, family, {
    steps,
    act: async (group) => {
      for (const { bytes } of entries)
        expect(await group.append(bytes, ana)).toMatchObject({ kind: 'appended' })
    },
  })
  await run(disk, family, { steps: Infinity })
  expect(await whereabouts(disk, ids), `after ${steps} steps`).toEqual(['here', 'aside', 'aside'])

  await run(disk, family, {
    steps,
    act: async (group) => {
      const [, again] = photos
      const id = ids[1]
      if (again === undefined || id === undefined) throw new Error('no photo')
      await group.blobs.put(id, once(again), 1000)
      await group.blobStored(id, null)
    },
  })
  disk.nowMs += asideMs
  // What was not acknowledged is sent again.
  await run(disk, family, {
    steps: Infinity,
    act: async (group) => {
      await group.blobs.put(ids[1] as BlobId, once(photos[1] as Bytes), 1000)
      await group.blobStored(ids[1] as BlobId, null)
    },
  })
  await run(disk, family, { steps, act: (group) => group.releases.sweep() })
  await run(disk, family, { steps: Infinity, act: (group) => group.releases.sweep() })
  expect(await whereabouts(disk, ids), `after ${steps} steps`).toEqual(['here', 'here', 'gone'])
}

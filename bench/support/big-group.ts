/**
 * A group of very many photos on a real relay, written by a device in this process. Only the
 * newest have pictures; the others are named, and nobody has them. Newcomers' lines are counted.
 */
import { changeToAddItems } from '#lib/albums/album-document.ts'
import { encodeItemCore, type RenditionFacts } from '#lib/albums/item-core.ts'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { platformRandom, type BlobId, type ContentHash, type DocId } from '#lib/base/ids.ts'
import { minuteMs } from '#lib/base/time.ts'
import { createBlobKey, sealBlob } from '#lib/crypto/blob-format.ts'
import { inviteTo } from '#lib/engine/inviting.ts'
import type { Transfer } from '#lib/ports/entry-store.ts'
import { openRelayLink } from '#lib/sync/relay-link.ts'
import { openCuttingProxy } from '#tests/support/cutting-proxy.ts'
import { generatePhoto } from '#tests/support/generate-photo.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import { simulateFamily, until, type SimulatedReplica } from '#tests/support/simulated-replicas.ts'
import { startRelay } from '#tests/support/start-relay.ts'

export interface BigGroup {
  /** By which any number of people may join. */
  readonly link: string
  readonly origin: string
  /** Of the album's document, as a snapshot holds it. */
  readonly snapshotBytes: number
  /** Of one thumbnail as it is sent, on average. */
  readonly thumbnailBytes: number
  /** What came from the relay so far. */
  passedBytes(): number
  dispose(): Promise<void>
}

/** Imports write fewer at once; it is the founding of the group that this makes quicker. */
const batchItems = 200
const newestMs = Date.UTC(2026, 5, 1)
const everyMs = 72 * minuteMs
/** A thumbhash of a sunset, 21 bytes, as cameras' pictures give them. */
const thumbhash = Uint8Array.from(atob('1QcSHQRnh493V4dIh4eXh1h4kJUI'), (c) => c.charCodeAt(0))

/** Founds the group, writes the photos, sends them, and writes an invitation. */
export async function openBigGroup(items: number, pictures: number): Promise<BigGroup> {
  await prepareAutomerge()
  const line = await openCuttingProxy()
  const relay = await startRelay({ MANTEL_HOSTING: 'open', MANTEL_ORIGIN: line.origin })
  line.leadTo(relay.port)
  const family = await simulateFamily({ openLink: openRelayLink, fetch }, 1, line.origin)
  const [sam] = family.devices
  if (sam === undefined) throw new Error('a family has a founder')
  const thumbnails = await keepThumbnails(sam, pictures)
  for (let from = items; from > 0; from -= batchItems)
    await addBatch(sam, family.album, {
      from: Math.max(0, from - batchItems),
      to: from,
      thumbnails,
    })
  await until('all is sent', async () => {
    const { blobs } = await sam.store().entries.waiting()
    return blobs + (await sam.store().entries.outboxCount()) === 0
  })
  await keepSnapshot(sam, family.album)
  const parts = { replica: sam.replica(), connections: sam.connections() }
  const invited = await inviteTo(parts, { role: 'contributor', uses: 0, days: 7 }, Date.now())
  if (!invited.ok) throw new Error(invited.error.kind)
  await until('the link is sent', async () => (await sam.store().entries.outboxCount()) === 0)
  const sizes = thumbnails.map(({ size }) => size)
  return {
    link: invited.value.link,
    origin: line.origin,
    snapshotBytes: sam.replica().documents.save(family.album)?.length ?? 0,
    thumbnailBytes: sizes.reduce((sum, size) => sum + size, 0) / sizes.length,
    passedBytes: () => line.passed('down'),
    async dispose() {
      await sam.close()
      await line.close()
      await relay.dispose()
    },
  }
}

/** The newest photo's comes first. */
async function keepThumbnails(sam: SimulatedReplica, count: number): Promise<RenditionFacts[]> {
  const kept: RenditionFacts[] = []
  for (let seed = 1; seed <= count; seed++) {
    const picture = generatePhoto({ seed, width: 427, height: 320 })
    const blobKey = createBlobKey(platformRandom)
    const { id: blob, bytes } = await sealBlob(picture, blobKey)
    await sam.store().blobs.put(blob, bytes)
    kept.push({ blob, key: blobKey.key, size: picture.length, mime: 'image/jpeg' })
  }
  return kept
}

/** Sam looks in once more, as people do, and leaves a snapshot of everything for whoever comes later. */
async function keepSnapshot(sam: SimulatedReplica, album: DocId): Promise<void> {
  const snapshots = () =>
    [...sam.replica().log.records()].filter(({ kind, doc }) => kind === 'snapshot' && doc === album)
  const before = snapshots().length
  sam.connections().lead(false)
  sam.connections().lead(true)
  await until('a snapshot covers everything', () => Promise.resolve(snapshots().length > before))
}

interface Batch {
  /** Numbers of photos, the newest is 0. */
  readonly from: number
  readonly to: number
  readonly thumbnails: readonly RenditionFacts[]
}

async function addBatch(sam: SimulatedReplica, album: DocId, batch: Batch): Promise<void> {
  const { from, to, thumbnails } = batch
  const replica = sam.replica()
  const author = replica.me()?.member
  const [relay] = replica.state()?.relays.keys() ?? []
  if (author === undefined || relay === undefined) throw new Error('Sam is a member')
  const transfers: Transfer[] = []
  const added = Array.from({ length: to - from }, (_, at) => {
    const n = from + at
    const id = replica.newItemId(album)
    const thumbnail = thumbnails[n]
    if (thumbnail !== undefined) {
      const { blob, size } = thumbnail
      transfers.push({ relay, blob, doc: album, item: id, rank: 1, addedMs: -n, size })
    }
    const core = encodeItemCore({
      ...{ kind: 'photo', mime: 'image/jpeg', name: `IMG_${n}.jpg`, camera: 'Camera 7' },
      ...{ takenMs: newestMs - n * everyMs, offsetMinutes: 120, width: 4000, height: 3000 },
      ...{ durationMs: 0, thumbhash, place: null, author, film: null },
      content: toHex(platformRandom(32)) as ContentHash,
      renditions: {
        thumbnail: thumbnail ?? unheard(12_000),
        ...{ preview: unheard(400_000), original: unheard(3_000_000), motion: null },
      },
    })
    return { id, core }
  })
  const written = await replica.change(album, changeToAddItems(added), { transfers })
  if (!written.ok) throw new Error(written.error.kind)
}

function unheard(size: number): RenditionFacts {
  const key: Bytes = platformRandom(16)
  return { blob: toHex(platformRandom(32)) as BlobId, key, size, mime: 'image/jpeg' }
}

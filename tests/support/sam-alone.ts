/** Importing on the only device of a group, part by part. */
import { albumItemIds, readAlbumItem } from '#lib/albums/album-document.ts'
import type { ItemId } from '#lib/base/ids.ts'
import { createImportPipeline, type ImportParts } from '#lib/engine/import-pipeline.ts'
import { createIndexProjection } from '#lib/engine/index-projection.ts'
import { plainReader } from './simulated-device.ts'
import { simulateFamily } from './simulated-replicas.ts'
import { createUnreliableRelay, seededRandom } from './unreliable-relay.ts'

/** Sam’s only device, and importing on it: quietly, but for what is given. */
export async function samAlone(seed: number) {
  const relay = createUnreliableRelay(seededRandom(seed))
  const { devices, album } = await simulateFamily(relay, 1)
  const [sam] = devices
  if (sam === undefined) throw new Error('one device')
  const { documents } = sam.replica()
  const { index, intake, blobs, notes } = sam.store()
  const quietly = () => undefined
  const seeing = { onShown: () => Promise.resolve(), onWritten: quietly, retryMs: 5000 }
  const importing = (given: Partial<ImportParts>) => {
    const pipeline = createImportPipeline({
      projection: createIndexProjection({ documents, index, ...seeing }),
      ...{ replica: sam.replica(), intake, blobs, notes, reader: plainReader, clock: Date.now },
      ...{ lanes: 2, leads: () => false, retryMs: 60_000 },
      keptTwins: { has: () => Promise.resolve(true) },
      ...{ sendAhead: quietly, onNotice: quietly, onProgress: quietly },
      ...given,
    })
    return {
      pipeline,
      /** Has them copied; nothing is read before `pipeline.run`. */
      async choose(files: readonly File[]) {
        const records = pipeline.announce(
          album,
          files.map((file) => ({ file })),
        )
        for (const [n, record] of records.entries()) {
          const file = files[n]
          if (file !== undefined) await pipeline.takeIn(record, file)
        }
        return records
      },
      items: () => albumItemIds(documents.read(album)),
      itemOf: (item: ItemId) => readAlbumItem(documents.read(album), album, item),
      async originalOf(item: ItemId) {
        const original = readAlbumItem(documents.read(album), album, item)?.core.renditions.original
        return original ? blobs.get(original.blob) : null
      },
    }
  }
  const close = async () => {
    await sam.close()
    await relay.close()
  }
  return { sam, importing, close }
}

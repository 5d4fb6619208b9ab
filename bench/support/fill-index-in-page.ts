/** Runs inside a page of the app's address: fills the index of the only group with photos that do not exist. */
import { toHex } from '#lib/base/bytes.ts'
import type { BlobId, DocId, ItemId, MemberId } from '#lib/base/ids.ts'
import { dayMs } from '#lib/base/time.ts'
import { cardOf } from '#lib/engine/group-card.ts'
import type { IndexRow, Rendition } from '#lib/ports/index-store.ts'
import { createBrowserDisk } from '#lib/storage/browser-disk.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'

/** A thumbhash of a sunset, 21 bytes, as cameras' pictures give them; the first five are its header. */
const sunset = Uint8Array.from(atob('1QcSHQRnh493V4dIh4eXh1h4kJUI'), (c) => c.charCodeAt(0))
const newestMs = Date.UTC(2026, 5, 1)
const photosADay = 20

/** Writes so many photos and the card that counts them; the app must not be open meanwhile. */
export async function fillIndex(photos: number): Promise<void> {
  const device = createDeviceStore(createBrowserDisk())
  const [listing] = await device.groups()
  const card = listing === undefined ? null : cardOf(listing)
  const album = card?.albums[0]
  if (listing === undefined || card === null || album === undefined) throw new Error('no group')
  const author = card.me ?? ('' as MemberId)
  const store = await device.openGroup(listing.group)
  const rows = Array.from({ length: photos }, (_, n) => photo(n, album.id, author))
  await store.index.replaceAll(rows)
  const albums = card.albums.map((one) => (one === album ? { ...one, count: photos } : one))
  await device.putGroup({ ...listing, card: { ...card, albums } })
  await store.close()
  await device.close()
}

function photo(n: number, album: DocId, author: MemberId): IndexRow {
  return {
    ...{ item: random(16) as ItemId, album, author, kind: 'photo', thumbhash: blur() },
    takenMs: newestMs - Math.floor((n * dayMs) / photosADay),
    offsetMinutes: 120,
    ...(n % 3 === 0 ? { width: 3000, height: 4000 } : { width: 4000, height: 3000 }),
    ...{ durationMs: 0, mime: 'image/jpeg', name: `IMG_${n}.jpg`, caption: '' },
    ...{ rank: null, isCopy: false },
    thumbnail: rendition(12_000),
    preview: rendition(400_000),
    original: rendition(3_000_000),
    motion: null,
    filmInside: null,
  }
}

/** No two photos look alike. */
function blur(): IndexRow['thumbhash'] {
  const hash = sunset.slice()
  crypto.getRandomValues(hash.subarray(5))
  return hash
}

function rendition(size: number): Rendition {
  const key = crypto.getRandomValues(new Uint8Array(16))
  return { blob: random(32) as BlobId, key, size, mime: 'image/jpeg' }
}

function random(length: number): string {
  return toHex(crypto.getRandomValues(new Uint8Array(length)))
}

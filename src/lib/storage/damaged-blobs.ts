/**
 * Gives up a blob whose bytes are not what its name says any more, so that it is fetched again.
 *
 * That a blob does not open is no proof: what it is opened with stands in a row, which a member wrote. So its bytes are
 * hashed, a long film's too, but only after nothing opened it, and once until the app starts again where they are sound.
 *
 * Errors  StorageProblem
 */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import type { BlobId } from '#lib/base/ids.ts'
import { createSha256, digestSha256 } from '#lib/base/sha256.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'

export interface DamagedBlobs {
  /** Gives it up if it is damaged, unless it waits to be sent: a browser short of memory reads nothing either. */
  giveUp(blobs: Pick<BlobStore, 'giveUp'>, blob: BlobId, ciphertext: Blob | Bytes): Promise<void>
}

/** Longer ones are hashed piece by piece. */
const wholeBytes = 16 << 20
const pieceBytes = 1 << 20
const mostRemembered = 1000

export function createDamagedBlobs(): DamagedBlobs {
  const sound = new Set<BlobId>()
  const underWay = new Map<BlobId, Promise<boolean>>()

  const isSound = async (blob: BlobId, ciphertext: Blob | Bytes): Promise<boolean> => {
    if (sound.has(blob)) return true
    const isNamed = (await hashOf(ciphertext)) === blob
    if (sound.size >= mostRemembered) sound.clear()
    if (isNamed) sound.add(blob)
    return isNamed
  }

  return {
    async giveUp(blobs, blob, ciphertext) {
      const looking =
        underWay.get(blob) ?? isSound(blob, ciphertext).finally(() => underWay.delete(blob))
      underWay.set(blob, looking)
      // What cannot be read now may be sound.
      if (!(await looking.catch(() => true))) await blobs.giveUp([blob])
    },
  }
}

async function hashOf(ciphertext: Blob | Bytes): Promise<string> {
  if (ciphertext instanceof Uint8Array) return toHex(await digestSha256(ciphertext))
  if (ciphertext.size <= wholeBytes)
    return toHex(await digestSha256(new Uint8Array(await ciphertext.arrayBuffer())))
  const hash = createSha256()
  for (let at = 0; at < ciphertext.size; at += pieceBytes)
    hash.update(new Uint8Array(await ciphertext.slice(at, at + pieceBytes).arrayBuffer()))
  return toHex(hash.digest())
}

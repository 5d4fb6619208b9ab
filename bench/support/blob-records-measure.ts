/** The measuring part of `blob-records.ts`, which also runs inside a browser. */
import { openContent, sealContent } from '#lib/crypto/aes128gcm.ts'

/** MiB/s by record size in bytes. */
export type Rates = Record<number, { seal: number; open: number }>

const KiB = 1024
const sizes = [64 * KiB, 128 * KiB, 256 * KiB, 512 * KiB, 1024 * KiB]

export async function measureRecordSizes(plaintextBytes: number, rounds: number): Promise<Rates> {
  const plaintext = new Uint8Array(plaintextBytes).fill(0x5a)
  const blobKey = { key: new Uint8Array(16).fill(1), salt: new Uint8Array(16).fill(2) }
  const rates: Rates = {}
  const rate = (startMs: number, endMs: number) =>
    Math.round(plaintextBytes / KiB / KiB / ((endMs - startMs) / 1000))
  for (let round = 0; round < rounds; round++) {
    for (const size of sizes) {
      const startMs = performance.now()
      const sealed = await sealContent(plaintext, blobKey, size)
      const sealedMs = performance.now()
      if ((await openContent(sealed, blobKey.key)) === null) throw new Error('does not open')
      const openedMs = performance.now()
      const best = rates[size] ?? { seal: 0, open: 0 }
      rates[size] = {
        seal: Math.max(best.seal, rate(startMs, sealedMs)),
        open: Math.max(best.open, rate(sealedMs, openedMs)),
      }
    }
  }
  return rates
}

/** Zips of the demo: an export that stands still half-way, so that it can be looked at. */
import { ok } from '#lib/base/result.ts'
import type { ArchiveApi } from '#lib/engine/archive-api.ts'

const photoBytes = 3_400_000

export function createDemoArchive(photos: readonly unknown[]): ArchiveApi {
  let taken = 0
  return {
    planExport: ({ wishes }) => {
      const count = wishes.reduce((sum, { items }) => sum + (items?.length ?? photos.length), 0)
      const plan = { id: 'demo', name: 'Family 2026-11-23.zip', photos: count }
      return Promise.resolve(ok({ ...plan, bytes: count * photoBytes }))
    },
    exportPiece: async () => {
      if (taken++ === 1) await new Promise(() => undefined)
      const done = Math.ceil(photos.length / 3)
      return {
        bytes: new Uint8Array(1000),
        photos: done,
        doneBytes: done * photoBytes,
        missing: [],
      }
    },
    endExport: () => Promise.resolve(),
  }
}

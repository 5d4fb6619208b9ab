/**
 * Zips of the demo, to be looked at: an export and an import that stand still half-way, unless there are few photos
 * (or the zip's name says so), and then with something missing.
 */
import { err, ok } from '#lib/base/result.ts'
import type { ArchiveApi } from '#lib/engine/archive-api.ts'

const photoBytes = 3_400_000
const fewPhotos = 100
const packed = { kind: 'unknown-packing', way: 'Deflate64' } as const
const locked = ['Wedding/DSC_0412.MP4', 'Wedding/DSC_0419.MP4'].map((name) => ({
  ...{ name, why: packed },
}))
const lacking = Array.from({ length: 8 }, (_, i) => `IMG_${4000 + 7 * i}.jpg`)

export function createDemoArchive(photos: readonly unknown[]): ArchiveApi {
  let taken = 0
  let isBroken = false
  return {
    planExport: ({ wishes }) => {
      const count = wishes.reduce((sum, { items }) => sum + (items?.length ?? photos.length), 0)
      const plan = { id: 'demo', name: 'Family 2026-11-23.zip', photos: count }
      return Promise.resolve(ok({ ...plan, bytes: count * photoBytes }))
    },
    exportPiece: async () => {
      if (photos.length < fewPhotos) return lastPiece(photos.length)
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
    openZips: (files) => {
      if (files.some(({ name }) => name.includes('broken')))
        return Promise.resolve(err({ kind: 'unsafe-names', name: '../../.bashrc' }))
      const isLocked = files.some(({ name }) => name.includes('locked'))
      isBroken = files.some(({ name }) => name.includes('half'))
      const titles = ['Summer at the lake', 'Winter', 'Our photos']
      const zip = { id: 'demo', source: 'takeout', photos: 1284, bytes: 4.1e9 } as const
      return Promise.resolve(
        ok({ ...zip, albums: titles, loose: 812, ignored: 2, locked: isLocked ? locked : [] }),
      )
    },
    importZips: () => (isBroken ? Promise.resolve(ok(outcome)) : new Promise(() => undefined)),
    zipProgress: () => Promise.resolve({ phase: 'adding', done: 431, total: 1284, ...zipBytes }),
    endZips: () => Promise.resolve(),
  }
}

const zipBytes = { doneBytes: 3_600_000_000, totalBytes: 10_300_000_000 }
const outcome = { added: 431, duplicates: 12, failed: lacking.slice(0, 3), locked }

const lastPiece = (photos: number) => ({
  ...{ bytes: null, photos, missing: lacking },
  doneBytes: photos * photoBytes,
})

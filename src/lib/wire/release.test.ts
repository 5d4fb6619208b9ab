import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseId, type BlobId, type EntryId } from '#lib/base/ids.ts'
import { createReleaseBook, encodeRelease, parseRelease } from './release.ts'

const blob = (n: number) => parseId('BlobId', n.toString(16).padStart(64, '0')) as BlobId
const entry = (n: number) => parseId('EntryId', n.toString(16).padStart(64, '0')) as EntryId

test('a release and a keep are read as they were written, and one not as the other', () => {
  const release = { blobs: [blob(2), blob(1)], over: [entry(9)] }
  const bytes = encodeRelease('release', release)
  expect(parseRelease('release', bytes)).toEqual({ blobs: [blob(1), blob(2)], over: [entry(9)] })
  expect(parseRelease('keep', bytes)).toBeNull()
  expect(parseRelease('release', encodeRelease('keep', release))).toBeNull()
  expect(parseRelease('keep', encodeRelease('keep', { blobs: [], over: [] }))).toBeNull()
})

test('a keep that Sam did not know of wins over his release, in any order of arrival', () => {
  const said = [
    { id: entry(1), kind: 'release', release: { blobs: [blob(1), blob(2)], over: [] } },
    { id: entry(2), kind: 'keep', release: { blobs: [blob(1)], over: [] } },
    { id: entry(3), kind: 'release', release: { blobs: [blob(1)], over: [entry(2)] } },
    { id: entry(4), kind: 'keep', release: { blobs: [blob(2)], over: [] } },
    { id: entry(5), kind: 'release', release: { blobs: [blob(3)], over: [] } },
  ] as const
  fc.assert(
    fc.property(fc.shuffledSubarray([...said], { minLength: said.length }), (order) => {
      const book = createReleaseBook<EntryId>()
      for (const { id, kind, release } of [...order, ...order]) book.note(id, kind, release, id)
      expect(book.releasesOf(blob(1))).toEqual([entry(3)])
      expect(book.releasesOf(blob(2))).toEqual([])
      expect(book.releasesOf(blob(3))).toEqual([entry(5)])
      expect(book.keepsOf([blob(1), blob(2)]).sort()).toEqual([entry(2), entry(4)])
    }),
  )
})

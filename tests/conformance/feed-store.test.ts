import { cp, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { randomId } from '#lib/base/ids.ts'
import { createMemoryFeedStore } from '#relay/feed/memory-feed-store.ts'
import { openSqliteFeedStore } from '#relay/feed/sqlite-feed-store.ts'
import { describeFeedStore, feedEntry } from './feed-store.suite.ts'

let folder: string
let count = 0
const path = () => join(folder, `${++count}.sqlite`)

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mantel-feed-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))
afterEach(() => vi.restoreAllMocks())

describeFeedStore('SQLite', () => openSqliteFeedStore(path()))
describeFeedStore('memory', () => createMemoryFeedStore(randomId('FeedId')))

test('a feed on disk goes on where it was, under the same id', () => {
  const file = path()
  const before = openSqliteFeedStore(file)
  before.append([feedEntry('one'), feedEntry('two')])
  before.close()
  const after = openSqliteFeedStore(file)
  expect(after.feed).toBe(before.feed)
  expect(after.append([feedEntry('two'), feedEntry('three')])).toEqual({ ok: true, value: [2, 3] })
  after.close()
})

test('a feed brought back from a copy gets a new id and keeps its entries', async () => {
  const [file, copy] = [path(), path()]
  const original = openSqliteFeedStore(file)
  original.append([feedEntry('one')])
  original.close()
  await cp(file, copy)
  const restored = openSqliteFeedStore(copy)
  expect(restored.feed).not.toBe(original.feed)
  expect(restored.end()).toBe(1)
  restored.close()
})

test('one brought back to where it was gets a new id, even where its file gets the same inode', async () => {
  const [file, copy] = [path(), path()]
  const original = openSqliteFeedStore(file)
  original.append([feedEntry('one')])
  original.close()
  await cp(file, copy)
  const { ino } = await stat(file)
  for (let tries = 0; tries < 20; tries++) {
    await rm(file)
    await cp(copy, file)
    if ((await stat(file)).ino === ino) break
  }
  const restored = openSqliteFeedStore(file)
  expect(restored.feed).not.toBe(original.feed)
  restored.close()
  const later = openSqliteFeedStore(file)
  expect(later.feed).toBe(restored.feed)
  later.close()
})

test('a renewed id is the one that the file keeps', () => {
  const file = path()
  const store = openSqliteFeedStore(file)
  expect(store.renew()).toEqual({ ok: true, value: store.feed })
  store.close()
  const later = openSqliteFeedStore(file)
  expect(later.feed).toBe(store.feed)
  later.close()
})

test('what it has and how long it is are right after a batch that failed, and after a restart', () => {
  const file = path()
  const store = openSqliteFeedStore(file)
  const numbered = (seq: number) => feedEntry(`entry ${seq}`, { seq })
  store.append([numbered(1), numbered(3)])
  const asked = () => [[...store.gapless().values()], store.byteLength(), store.end()]
  expect(asked()).toEqual([[1], 200, 2])
  const broken = { ...numbered(4), kind: null as never }
  expect(store.append([numbered(2), broken])).toMatchObject({ ok: false })
  expect(asked()).toEqual([[1], 200, 2])
  store.append([numbered(2)])
  expect(asked()).toEqual([[3], 300, 3])
  store.close()
  const later = openSqliteFeedStore(file)
  later.append([numbered(4)])
  expect([[...later.gapless().values()], later.byteLength()]).toEqual([[4], 400])
  later.close()
})

test('whoever asks what it has, and how long it is, has nothing counted anew', () => {
  const store = openSqliteFeedStore(path())
  const numbered = (seq: number) => feedEntry(`entry ${seq}`, { seq })
  store.append([numbered(1), numbered(2)])
  const ask = () => [[...store.gapless().values()], store.byteLength()]
  ask()
  store.append([numbered(3)])
  const asked = [
    vi.spyOn(DatabaseSync.prototype, 'prepare'),
    ...(['all', 'get', 'iterate', 'run'] as const).map((how) =>
      vi.spyOn(StatementSync.prototype, how),
    ),
  ]
  for (let times = 0; times < 100; times++) expect(ask()).toEqual([[3], 300])
  expect(asked.map(({ mock }) => mock.calls.length)).toEqual([0, 0, 0, 0, 0])
  store.close()
})

import { cp, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

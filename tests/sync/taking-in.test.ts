/** What a device takes in stays on its way through whatever goes wrong: a disk that is full, changes in a wrong order. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { albumTitle, changeTitle, changeToNewAlbum } from '#lib/albums/album-document.ts'
import type { Bytes } from '#lib/base/bytes.ts'
import { randomId, type DocId } from '#lib/base/ids.ts'
import { seal } from '#lib/crypto/seal.ts'
import { encodeTalk } from '#lib/groups/talk.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { encodeBundle } from '#lib/sync/bundle.ts'
import { createActor } from '#lib/sync/change-rules.ts'
import { envelopeBytes, signEntry, type Envelope } from '#lib/wire/entry.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import {
  addItem,
  itemsOf,
  simulateFamily,
  until,
  type Family,
  type SimulatedReplica,
} from '#tests/support/simulated-replicas.ts'
import { createUnreliableRelay, type UnreliableRelay } from '#tests/support/unreliable-relay.ts'

let relay: UnreliableRelay
let family: Family
let sam: SimulatedReplica
let luis: SimulatedReplica

beforeAll(async () => {
  await prepareAutomerge()
  relay = createUnreliableRelay(() => 0.5)
  relay.setTrouble(0)
  family = await simulateFamily(relay, 2)
  const [first, second] = family.devices
  if (first === undefined || second === undefined) throw new Error('there are two')
  sam = first
  luis = second
  const knowsAll = () =>
    luis.replica().log.graph.heads().join() === sam.replica().log.graph.heads().join()
  await until('both know the same', knowsAll)
  for (const device of family.devices) device.setOnline(false)
})
afterAll(async () => {
  for (const device of family.devices) await device.close()
  await relay.close()
})

/** Entries of Sam's that Luis does not have yet. */
async function unseenByLuis(): Promise<Bytes[]> {
  const ids = [...sam.replica().log.records()].map(({ id }) => id)
  const unseen = ids.filter((id) => luis.replica().log.record(id) === null)
  return (await sam.store().entries.bytes(unseen)).filter((bytes) => bytes !== null)
}

/** The disk takes no notes until the act has failed. */
async function whileFull(act: () => Promise<unknown>, device: SimulatedReplica): Promise<unknown> {
  const { entries } = device.store()
  const { annotate } = entries
  Object.assign(entries, { annotate: () => Promise.reject(new StorageProblem('full')) })
  try {
    return await act()
  } finally {
    Object.assign(entries, { annotate })
  }
}

test('a photo and a comment whose entries were stored just before the disk was full show when it has room', async () => {
  const item = await addItem(sam, family.album)
  if (item === null) throw new Error('it was added')
  const comment = { type: 'comment', item, atMs: 0, text: 'the lake', of: null } as const
  expect((await sam.replica().writeSealed('talk', family.album, encodeTalk(comment))).ok).toBe(true)
  const bytes = await unseenByLuis()
  const taken = whileFull(() => luis.replica().receive(bytes), luis)
  await expect(taken).rejects.toThrow(StorageProblem)
  expect(Object.keys(itemsOf(luis, family.album))).not.toContain(item)

  await luis.replica().receive([])
  expect(Object.keys(itemsOf(luis, family.album))).toContain(item)
  expect(luis.replica().talkOnItems.saidOf([item])).toHaveLength(1)
})

test('an own change that is durable is done, although the disk has no room for the note about it', async () => {
  const changed = await whileFull(() => addItem(luis, family.album), luis)
  expect(changed).not.toBeNull()
  const before = Object.keys(itemsOf(luis, family.album)).sort()
  expect(before).toContain(changed)
  await luis.crash()
  luis.setOnline(false)
  expect(Object.keys(itemsOf(luis, family.album)).sort()).toEqual(before)
})

/** An entry of Sam's that names only what both knew before: any two of them may come in either order. */
async function entryOfSam(doc: DocId, change: Bytes, seq: number): Promise<Bytes> {
  const { group, ring, secrets, state, me } = sam.replica()
  const epoch = state()?.cleanEpoch
  const key = epoch ? ring.documentKey(epoch, doc) : null
  const author = me()?.device
  const seed = secrets().device?.signSeed
  if (!epoch || key === null || author === undefined || seed === undefined)
    throw new Error('Sam is a member')
  const after = luis.replica().log.graph.heads()
  const envelope: Envelope = { kind: 'bundle', group, author, seq, after, epoch, doc }
  const body = await seal(key, encodeBundle([change]), envelopeBytes(envelope))
  return signEntry(envelope, body, seed).bytes
}

test('changes that come before those they build upon show as soon as these have come', async () => {
  const { documents, me } = sam.replica()
  const album = randomId('DocId')
  const author = me()?.device
  if (author === undefined) throw new Error('Sam is a member')
  const edits = [changeToNewAlbum('Lake'), changeTitle('Sea'), changeTitle('Ocean')]
  const entries: Bytes[] = []
  for (const [at, edit] of edits.entries()) {
    const change = documents.draft(album, createActor(author, album), edit)
    if (change === null) throw new Error('it changes something')
    documents.merge(album, [change])
    entries.push(await entryOfSam(album, change, 1000 + at))
  }
  const titles: string[] = []
  for (const at of [1, 0, 2]) {
    await luis.replica().receive(entries.slice(at, at + 1))
    titles.push(albumTitle(luis.replica().documents.read(album)))
  }
  expect(titles).toEqual(['', 'Sea', 'Ocean'])
  expect(luis.replica().documents.changeCount(album)).toBe(3)
})

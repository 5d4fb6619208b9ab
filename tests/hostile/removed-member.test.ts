/** Sam was an admin and is out. What he dates back, by whatever way it comes, changes nothing for those who know it. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { changeCaption, changeToAddItems } from '#lib/albums/album-document.ts'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { platformRandom, type EntryId, type ItemId, type KeyId, type OpId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { createItemId } from '#lib/base/item-id.ts'
import { deriveKeyId } from '#lib/crypto/derive.ts'
import { seal } from '#lib/crypto/seal.ts'
import { encodeOperation, memberIdOfDevice, type Operation } from '#lib/membership/operation.ts'
import { encodeBundle } from '#lib/sync/bundle.ts'
import { createActor } from '#lib/sync/change-rules.ts'
import type { Edit } from '#lib/sync/documents.ts'
import { envelopeBytes, signEntry, type Envelope } from '#lib/wire/entry.ts'
import { hostileCount } from '#tests/support/hostile-entries.ts'
import {
  keysSettled,
  settled,
  shownBy,
  startAttackedFamily,
  voiceOf,
  type AttackedFamily,
  type Voice,
} from '#tests/support/hostile-family.ts'
import { connectProved } from '#tests/support/relay-client.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import { itemsOf, until } from '#tests/support/simulated-replicas.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import { createDevice } from '#tests/support/test-group.ts'

interface Past {
  readonly parents: readonly OpId[]
  readonly after: readonly EntryId[]
  readonly epoch: KeyId
}

let relay: RunningRelay
let family: AttackedFamily
let sam: Voice
/** What Sam knew last as an admin. */
let past: Past

beforeAll(async () => {
  await prepareAutomerge()
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  family = await startAttackedFamily(relay)
  const { ana, luis } = family
  const member = memberIdOfDevice(voiceOf(family.sam).id)
  await ana
    .replica()
    .operate((parents) => Promise.resolve({ op: 'role', parents, member, role: 'admin' }))
  await settled(family.devices)
  sam = voiceOf(family.sam)
  const { log } = family.sam.replica()
  const { heads, cleanEpoch } = log.membership.state() ?? {}
  if (heads === undefined || !cleanEpoch) throw new Error('the group has a key')
  past = { parents: heads, after: log.graph.heads(), epoch: cleanEpoch }
  await ana
    .replica()
    .operate((parents) => Promise.resolve({ op: 'remove', parents, target: { member } }))
  await until('there is a new key', () => {
    const now = luis.replica().state()?.cleanEpoch ?? null
    return now !== null && now !== cleanEpoch && luis.replica().ring.has(now)
  })
  await keysSettled([ana, luis])
})
afterAll(async () => {
  for (const device of family.devices) await device.close()
  await relay.dispose()
})

/** An item, a caption over another's, or a bin for it: as Sam could have written them before. */
async function backDatedBundle(n: number): Promise<Bytes> {
  const { documents, ring, group } = family.sam.replica()
  const doc = family.album
  const [item] = Object.keys(itemsOf(family.ana, doc)) as ItemId[]
  const id = createItemId({ device: sam.id, doc })
  const edits: readonly Edit[] = [
    changeToAddItems([{ id, core: platformRandom(100) }]),
    changeCaption(item ?? id, `Sam was here ${n}`),
  ]
  const change = documents.draft(doc, createActor(sam.id, doc), edits[n % 2] ?? (() => undefined))
  const { epoch } = past
  const key = ring.documentKey(epoch, doc)
  if (change === null || key === null) throw new Error('Sam has the keys of his time')
  const after = n % 3 === 0 ? [group as string as EntryId] : past.after
  const place = { group, author: sam.id, seq: ++sam.seq, after }
  const envelope: Envelope = { ...place, kind: 'bundle', doc, epoch }
  const body = await seal(key, encodeBundle([change]), envelopeBytes(envelope))
  return signEntry(envelope, body, sam.seed).bytes
}

/** Whatever an admin may do, dated to when he was one. */
function backDatedOperation(n: number): Bytes {
  const { ana, luis, group } = family
  const { parents } = past
  const [accomplice, own] = [createDevice(), memberIdOfDevice(sam.id)]
  const [first] = [...(ana.replica().state()?.relays.keys() ?? [])]
  const key = deriveKeyId(platformRandom(32))
  const member = memberIdOfDevice(accomplice.id)
  if (first === undefined) throw new Error('the group has a relay')
  const operations: readonly Operation[] = [
    { op: 'remove', parents, target: { member: memberIdOfDevice(voiceOf(luis).id) } },
    { op: 'remove', parents, target: { device: voiceOf(luis).id } },
    { op: 'role', parents, member: own, role: 'admin' },
    { op: 'role', parents, member: memberIdOfDevice(voiceOf(luis).id), role: 'viewer' },
    { op: 'add', parents, member, device: accomplice.id, box: platformRandom(32), role: 'admin' },
    {
      op: 'epoch',
      parents,
      key,
      boxes: new Map([[sam.id, platformRandom(80)]]),
      previous: new Map(),
    },
    { op: 'relay', parents, change: { drop: first } },
    { op: 'relay', parents, change: { copies: 3 } },
  ]
  const operation = operations[n % operations.length]
  if (operation === undefined) throw new Error('there are some')
  const place = { group, author: sam.id, seq: ++sam.seq, after: past.after }
  return signEntry({ ...place, kind: 'op' }, encodeOperation(operation), sam.seed).bytes
}

function idOf(bytes: Bytes): EntryId {
  return toHex(sha256(bytes)) as EntryId
}

test('Sam’s own key opens nothing, and what he dates back changes nothing that Ana and Luis show', async () => {
  const count = hostileCount(100)
  const before = [family.ana, family.luis].map((device) => shownBy(device, family))
  await expect(connectProved(relay.origin, family.group, sam)).rejects.toThrow('1008')
  const bundles: Bytes[] = []
  for (let n = 0; n < count; n++) bundles.push(await backDatedBundle(n))
  const operations = Array.from({ length: count }, (_, n) => backDatedOperation(n))

  // Through an accomplice who is still a member, and by a relay that passes on whatever it likes.
  const half = count / 2
  const { connection } = await connectProved(relay.origin, family.group, voiceOf(family.luis))
  for (const entry of [...bundles.slice(0, half), ...operations.slice(0, half)])
    await connection.append(entry)
  connection.close()
  for (const device of [family.ana, family.luis])
    await device.replica().receive([...bundles, ...operations])
  await until('Ana has them all', () => {
    const { log } = family.ana.replica()
    return [...log.records()].filter(({ author }) => author === sam.id).length >= 2 * count
  })

  const shown = [family.ana, family.luis].map((device) => shownBy(device, family))
  const { graph } = family.ana.replica().log
  const counted = [...bundles, ...operations].filter((bytes) => graph.counts(idOf(bytes)))
  console.log(`${2 * count} back-dated entries: ${counted.length} count`)
  expect(counted).toEqual([])
  expect(shown).toEqual(before)
})

test('Sam with the relay’s whole feed in his hands has no key for what was written since', async () => {
  const fresh = family.ana.replica().state()?.cleanEpoch ?? null
  const entries = await family.ana
    .replica()
    .log.entries([...family.ana.replica().log.records()].map(({ id }) => id))
  await family.sam.replica().receive(entries.map(({ bytes }) => bytes))
  expect(fresh).not.toBeNull()
  expect(fresh !== null && family.sam.replica().ring.has(fresh)).toBe(false)
})

/** A relay that lost something: an hour, or everything but its own key. */
import { copyFile, cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Bytes } from '#lib/base/bytes.ts'
import type { EntryId } from '#lib/base/ids.ts'
import { connectProved, host, relayKeyAt } from '#tests/support/relay-client.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import {
  createDevice,
  foundGroup,
  writeEpoch,
  writeInvite,
  writeJoin,
  writeOperation,
  writeSealed,
  type TestGroup,
} from '#tests/support/test-group.ts'

let relay: RunningRelay
let family: TestGroup

beforeEach(async () => {
  relay = await startRelay()
  family = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  const code = relay.hostingCode()
  expect((await host(relay.origin, code, [family.genesis.bytes])).status).toBe(201)
})
afterEach(() => relay.dispose())

const open = async (seed: Bytes, as: 'device' | 'invitation' = 'device') =>
  (await connectProved(relay.origin, family.id, { as, seed })).connection
const groupFolder = () => join(relay.dataDir, 'groups', family.id)

/** Runs while the relay is stopped. */
const whileStopped = async (change: () => Promise<void>) => {
  await relay.kill()
  await change()
  await relay.restart()
}

describe('a relay that was set back to before Sam joined', () => {
  test('lets him in again by his link, once, and takes what he wrote since', async () => {
    const ana = await open(family.founder.seed)
    await ana.append(writeEpoch(family).bytes)
    const link = writeInvite(family)
    await ana.append(link.entry.bytes)
    const backup = `${relay.dataDir}/backup`
    await whileStopped(() => cp(groupFolder(), backup, { recursive: true }))

    const sam = createDevice()
    const joined = writeJoin(family, sam, link)
    const photo = writeSealed(family, sam)
    await (await open(link.seed, 'invitation')).append(joined.bytes)
    expect(await (await open(sam.seed)).append(photo.bytes)).toMatchObject({ position: 5 })

    await whileStopped(async () => {
      await rm(groupFolder(), { recursive: true })
      await cp(backup, groupFolder(), { recursive: true })
    })
    await expect(open(sam.seed)).rejects.toThrow('1008')
    const [one, other] = [await open(link.seed, 'invitation'), await open(link.seed, 'invitation')]
    // Whichever is heard first ends both, for the link is used then; the other may not be answered any more.
    const answers = await Promise.allSettled([one, other].map((each) => each.append(joined.bytes)))
    const answered = answers.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    expect(answered.length).toBeGreaterThan(0)
    for (const answer of answered) expect(answer).toMatchObject({ t: 'appended', position: 4 })
    expect(await one.closed).toBe(1008)
    expect(await (await open(sam.seed)).append(photo.bytes)).toMatchObject({ position: 5 })
    await expect(open(link.seed, 'invitation')).rejects.toThrow('1008')
  })
})

describe('a relay whose files were overwritten by an older copy of them', () => {
  const feedOf = async (seed: Bytes) =>
    (await connectProved(relay.origin, family.id, { seed })).welcome
  const readTo = async (after: number, last: EntryId | null = null, seed = family.founder.seed) => {
    const { connection, welcome } = await connectProved(relay.origin, family.id, { seed })
    connection.send({ t: 'subscribe', feed: welcome.feed, after, last })
    return { connection, feed: welcome.feed }
  }

  test('takes a new feed id from whoever read further, so that all who did bring what it lost', async () => {
    const ana = await open(family.founder.seed)
    await ana.append(writeEpoch(family).bytes)
    const link = writeInvite(family)
    await ana.append(link.entry.bytes)
    const sam = createDevice()
    await ana.append(writeJoin(family, sam, link).bytes)
    const backup = `${relay.dataDir}/backup`
    await whileStopped(() => cp(groupFolder(), backup, { recursive: true }))
    const photos = [writeSealed(family, family.founder), writeSealed(family, sam)]
    const again = await open(family.founder.seed)
    for (const { bytes } of photos) await again.append(bytes)
    const { feed } = await feedOf(family.founder.seed)
    await whileStopped(() => copyFile(`${backup}/feed.sqlite`, join(groupFolder(), 'feed.sqlite')))

    // No new file to see: the same place on the disk, and of the same age.
    const writing = await open(family.founder.seed)
    const first = await readTo(6)
    expect(first.feed).toBe(feed)
    expect(await first.connection.closed).toBe(1008)
    expect(await writing.closed).toBe(1008)
    const refilling = await open(family.founder.seed)
    for (const { bytes } of photos) await refilling.append(bytes)
    const second = await feedOf(sam.seed)
    expect([second.feed === feed, second.end]).toEqual([false, 6])
  })

  test('takes one, too, when it has grown beyond the entry that a device last read there', async () => {
    const ana = await open(family.founder.seed)
    await ana.append(writeEpoch(family).bytes)
    const backup = `${relay.dataDir}/backup`
    await whileStopped(() => cp(groupFolder(), backup, { recursive: true }))
    const [lost, other] = [writeSealed(family, family.founder), writeSealed(family, family.founder)]
    await (await open(family.founder.seed)).append(lost.bytes)
    await whileStopped(() => copyFile(`${backup}/feed.sqlite`, join(groupFolder(), 'feed.sqlite')))
    await (await open(family.founder.seed)).append(other.bytes)

    const stays = await readTo(3, other.id)
    expect(await stays.connection.next('entries')).toMatchObject({ from: 3, to: 3, live: true })
    const { feed } = stays
    expect(await (await readTo(3, lost.id)).connection.closed).toBe(1008)
    const again = await readTo(3, lost.id)
    expect(again.feed).not.toBe(feed)
    expect(await again.connection.next('entries')).toMatchObject({ from: 0, to: 3, live: true })
  })

  test('lets nobody have everybody read it again and again', async () => {
    const ana = await open(family.founder.seed)
    await ana.append(writeEpoch(family).bytes)
    const { feed } = await feedOf(family.founder.seed)
    expect(await (await readTo(99)).connection.closed).toBe(1008)
    const { connection, feed: renewed } = await readTo(99)
    expect(renewed).not.toBe(feed)
    expect(await connection.next('entries')).toMatchObject({ from: 0, to: 2, live: true })
    expect((await feedOf(family.founder.seed)).feed).toBe(renewed)
  })
})

describe('a relay whose folder of the group is gone', () => {
  const lose = () => whileStopped(() => rm(groupFolder(), { recursive: true }))

  test('takes the group back from any device without a new code, and then all entries', async () => {
    const ana = await open(family.founder.seed)
    const epoch = writeEpoch(family)
    const link = writeInvite(family)
    const sam = createDevice()
    const joined = writeJoin(family, sam, link)
    const photo = writeSealed(family, sam)
    const operations = [family.genesis, epoch, link.entry, joined].map(({ bytes }) => bytes)
    for (const bytes of operations) await ana.append(bytes)
    const unused = relay.hostingCode()
    await lose()

    await expect(open(sam.seed)).rejects.toThrow('1008')
    expect((await host(relay.origin, null, operations)).status).toBe(201)
    expect(relay.hostingCode()).not.toBe(unused)
    expect(await (await open(sam.seed)).append(photo.bytes)).toMatchObject({ position: 5 })
    expect((await host(relay.origin, null, operations)).status).toBe(200)
  })

  test('takes it back with the removals: who was put out stays out', async () => {
    const ana = await open(family.founder.seed)
    const epoch = writeEpoch(family)
    const link = writeInvite(family)
    const sam = createDevice()
    const joined = writeJoin(family, sam, link)
    const removal = writeOperation(family, family.founder, {
      ...{ op: 'remove', parents: [family.opHead], target: { device: sam.id } },
    })
    const operations = [family.genesis, epoch, link.entry, joined, removal]
    for (const { bytes } of operations) await ana.append(bytes)
    await lose()
    // He himself brings what he likes of it; the next device of the others brings the rest.
    const his = operations.slice(0, -1).map(({ bytes }) => bytes)
    expect((await host(relay.origin, null, his)).status).toBe(201)
    const samAgain = await open(sam.seed)
    const anaAgain = await open(family.founder.seed)
    expect(await anaAgain.append(removal.bytes)).toMatchObject({ t: 'appended' })
    expect(await samAgain.closed).toBe(1008)
  })

  test('asks for a code where it never kept that group', async () => {
    const club = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
    expect((await host(relay.origin, null, [club.genesis.bytes])).status).toBe(403)
    expect((await host(relay.origin, 'K7QM-2RXN-94TB-VW3H', [club.genesis.bytes])).status).toBe(403)
  })
})

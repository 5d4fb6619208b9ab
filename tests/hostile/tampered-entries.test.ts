/** Entries that nobody wrote like that: changed, cut, mixed from others, of another group, said twice. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Bytes } from '#lib/base/bytes.ts'
import type { Entry } from '#lib/wire/entry.ts'
import {
  damagedEntries,
  entriesOf,
  hostileCount,
  saidBy,
  swappedEntries,
} from '#tests/support/hostile-entries.ts'
import {
  settled,
  shownBy,
  startAttackedFamily,
  voiceOf,
  type AttackedFamily,
} from '#tests/support/hostile-family.ts'
import { connectProved, type RelayConnection } from '#tests/support/relay-client.ts'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay
let family: AttackedFamily
let club: AttackedFamily

beforeAll(async () => {
  await prepareAutomerge()
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  family = await startAttackedFamily(relay)
  club = await startAttackedFamily(relay)
})
afterAll(async () => {
  for (const device of [...family.devices, ...club.devices]) await device.close()
  await relay.dispose()
})

/** How many the relay took, of entries that Ana's own connection brings. */
async function takenByRelay(
  connection: RelayConnection,
  entries: readonly Bytes[],
): Promise<number> {
  let taken = 0
  for (let at = 0; at < entries.length; at += 500) {
    const answers = await Promise.all(
      entries.slice(at, at + 500).map((entry) => connection.append(entry)),
    )
    taken += answers.filter(({ t }) => t === 'appended').length
  }
  return taken
}

test('of 10,000 entries changed, cut, swapped or from another group, the relay and the devices take none', async () => {
  const count = hostileCount(10_000)
  const own = (await entriesOf(family.ana)).map(({ bytes }) => bytes)
  const foreign = (await entriesOf(club.ana)).map(({ bytes }) => bytes)
  const hostile = [
    ...damagedEntries([...own, ...foreign], count / 2, 1),
    ...swappedEntries([...own, ...foreign], count / 2 - foreign.length, 2),
    ...foreign,
  ]
  expect(hostile).toHaveLength(count)
  const before = shownBy(family.sam, family)
  const { connection, welcome } = await connectProved(
    relay.origin,
    family.group,
    voiceOf(family.ana),
  )

  const taken = await takenByRelay(connection, hostile)
  const { rejected } = await family.sam.replica().receive(hostile)
  connection.close()
  const again = await connectProved(relay.origin, family.group, voiceOf(family.ana))
  again.connection.close()

  console.log(`${count} hostile entries: ${taken} taken by the relay, ${count - rejected} by Sam`)
  expect(taken).toBe(0)
  expect(rejected).toBe(count)
  expect(again.welcome.end).toBe(welcome.end)
  expect(shownBy(family.sam, family)).toEqual(before)
  expect(await family.sam.store().entries.records()).toHaveLength(own.length)
})

function pick<T>(from: readonly T[], n: number): T {
  const found = from[n % from.length]
  if (found === undefined) throw new Error('there is one at least')
  return found
}

function epochOf({ epoch }: Entry): Pick<Entry, 'epoch'> {
  return epoch === undefined ? {} : { epoch }
}

test('2,000 real entries said again change nothing, at the relay or at Sam’s', async () => {
  const own = await entriesOf(family.ana)
  const bytes = Array.from({ length: hostileCount(2000) }, (_, n) => pick(own, n * 7919).bytes)
  const before = shownBy(family.sam, family)
  const { connection, welcome } = await connectProved(
    relay.origin,
    family.group,
    voiceOf(family.ana),
  )
  const refused = bytes.length - (await takenByRelay(connection, bytes))
  await family.sam.replica().receive(bytes)
  connection.close()
  const again = await connectProved(relay.origin, family.group, voiceOf(family.ana))
  again.connection.close()
  console.log(
    `${bytes.length} entries said again: ${again.welcome.end - welcome.end} new at the relay`,
  )
  expect(refused).toBe(0)
  expect(again.welcome.end).toBe(welcome.end)
  expect(shownBy(family.sam, family)).toEqual(before)
  expect(await family.sam.store().entries.records()).toHaveLength(own.length)
})

test('a member who signs others’ sealed words anew, here, elsewhere or under other keys, shows nothing', async () => {
  const count = hostileCount(1000)
  const voice = voiceOf(family.luis)
  const bundles = (await entriesOf(family.ana)).filter(({ kind }) => kind === 'bundle')
  const foreign = (await entriesOf(club.ana)).filter(({ kind }) => kind === 'bundle')
  const before = [family.ana, family.sam].map((device) => shownBy(device, family))
  const after = family.ana.replica().log.graph.heads()
  const said = Array.from({ length: count }, (_, n) => {
    const one = pick(bundles, n)
    const ways = [
      {},
      { doc: pick(bundles, n * 31 + 7).doc ?? family.secondAlbum },
      { body: pick(foreign, n).body },
      { ...epochOf(pick(foreign, n)) },
    ]
    return saidBy(voice, one, { ...pick(ways, n), after })
  })
  const { connection } = await connectProved(relay.origin, family.group, voice)
  const taken = await takenByRelay(
    connection,
    said.map(({ bytes }) => bytes),
  )
  connection.close()
  await settled([family.ana, family.sam])

  const shown = [family.ana, family.sam].map((device) => shownBy(device, family))
  const records = await family.sam.store().entries.records()
  const merged = said.filter(
    ({ id }) => (records.find((r) => r.id === id)?.changes.length ?? 0) > 0,
  )
  console.log(`${count} entries signed anew by a member: ${taken} kept, ${merged.length} shown`)
  expect(taken).toBe(count)
  expect(merged).toEqual([])
  expect(shown).toEqual(before)
})

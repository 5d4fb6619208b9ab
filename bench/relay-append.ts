/**
 * Budget: a relay takes ≥ 2,000 entries a second, durable and with signatures checked, and one append
 * alone costs ≤ 5 ms above one fsync of the same disk (docs/design.md §13).
 *
 * `value` is entries a second; the medians of the second part go to standard error. `ok` needs both.
 */
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  connectProved,
  host,
  relayKeyAt,
  type RelayConnection,
} from '#tests/support/relay-client.ts'
import { startRelay } from '#tests/support/start-relay.ts'
import { foundGroup, writeEpoch, writeSealed } from '#tests/support/test-group.ts'
import { median, report, rounded, tell } from './support/report.ts'

const ENTRIES = 5000
const SINGLES = 60
const LIMIT_PER_SECOND = 2000
const LIMIT_ABOVE_FSYNC_MS = 5

const relay = await startRelay({ MANTEL_HOSTING: 'open', MANTEL_LOG: 'error' })
try {
  const group = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  await host(relay.origin, null, [group.genesis.bytes])
  const epoch = writeEpoch(group)
  const write = () => writeSealed(group, group.founder, { bytes: 400 }).bytes
  const batch = Array.from({ length: ENTRIES }, write)
  const singles = Array.from({ length: SINGLES }, write)
  const { connection } = await connectProved(relay.origin, group.id, group.founder)
  await append(connection, epoch.bytes)

  const perSecond = await measureBatch(connection, batch)
  const singleMs = median(await timeEach(singles, (bytes) => append(connection, bytes)))
  const fsyncMs = await measureFsync(relay.dataDir)
  const ok = perSecond >= LIMIT_PER_SECOND && singleMs - fsyncMs <= LIMIT_ABOVE_FSYNC_MS
  tell(`one append ${rounded(singleMs)} ms, one fsync ${rounded(fsyncMs)} ms`)
  const value = Math.round(perSecond)
  report({ name: 'relay-append', value, unit: 'entries/s', limit: LIMIT_PER_SECOND, ok })
} finally {
  await relay.dispose()
}

async function append(connection: RelayConnection, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const answer = await connection.append(bytes)
  if (answer.t !== 'appended') throw new Error(`refused: ${answer.code}`)
}

async function measureBatch(
  connection: RelayConnection,
  entries: readonly Uint8Array<ArrayBuffer>[],
): Promise<number> {
  const startedMs = performance.now()
  await Promise.all(entries.map((bytes) => append(connection, bytes)))
  return (entries.length / (performance.now() - startedMs)) * 1000
}

async function measureFsync(folder: string): Promise<number> {
  const path = join(folder, 'fsync-probe')
  const file = await open(path, 'w')
  const block = new Uint8Array(4096)
  const times = await timeEach(Array.from({ length: SINGLES }), async () => {
    await file.write(block)
    await file.sync()
  })
  await file.close()
  await rm(path)
  return median(times)
}

async function timeEach<T>(
  items: readonly T[],
  run: (item: T) => Promise<void>,
): Promise<number[]> {
  const times: number[] = []
  for (const item of items) {
    const startedMs = performance.now()
    await run(item)
    times.push(performance.now() - startedMs)
  }
  return times
}

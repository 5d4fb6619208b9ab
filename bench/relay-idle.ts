/**
 * Budget: an idle relay takes ≤ 100 MB, with 1,000 devices connected ≤ 250 MB (docs/design.md §13).
 *
 * Resident memory as the system counts it (Linux: VmRSS), of a relay started for the second time, as
 * every start but the first is. Each connection has proved a key and follows the feed. `value` is the idle
 * relay, `ok` needs both.
 */
import { readFile } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { connectProved, host, relayKeyAt } from '#tests/support/relay-client.ts'
import { startRelay } from '#tests/support/start-relay.ts'
import { foundGroup } from '#tests/support/test-group.ts'
import { report, tell } from './support/report.ts'

const DEVICES = 1000
const IDLE_LIMIT_MB = 100
const CONNECTED_LIMIT_MB = 250

const settings = { MANTEL_HOSTING: 'open', MANTEL_LOG: 'error', MANTEL_GROUP_CONNECTIONS: '1000' }
const relay = await startRelay(settings)
try {
  await relay.restart('SIGTERM')
  await wait(3000)
  const idleMb = await residentMb(relay.pid())
  await connectAll()
  await wait(3000)
  const connectedMb = await residentMb(relay.pid())
  const ok = idleMb <= IDLE_LIMIT_MB && connectedMb <= CONNECTED_LIMIT_MB
  tell(`${DEVICES} devices connected: ${connectedMb} MB (limit ${CONNECTED_LIMIT_MB})`)
  report({ name: 'relay-idle', value: idleMb, unit: 'MB', limit: IDLE_LIMIT_MB, ok })
} finally {
  await relay.dispose()
}

async function connectAll(): Promise<void> {
  const group = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  await host(relay.origin, null, [group.genesis.bytes])
  for (let i = 0; i < DEVICES; i += 20) {
    const some = Array.from({ length: 20 }, async () => {
      const { connection } = await connectProved(relay.origin, group.id, group.founder)
      connection.send({ t: 'subscribe', feed: null, after: 0, last: null })
      await connection.next('entries')
    })
    await Promise.all(some)
  }
}

async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kilobytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN)
  return Math.round(kilobytes / 1024)
}

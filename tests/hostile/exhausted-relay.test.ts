/** Strangers send what should fill a relay's memory or its time: it lives, and answers everybody else. */
import { once } from 'node:events'
import { connect as connectLine, type Socket } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import type { RelayId } from '#lib/base/ids.ts'
import { maxFrameBytes } from '#lib/wire/limits.ts'
import { feedPath } from '#lib/wire/paths.ts'
import { listOf } from '#tests/support/hostile-bytes.ts'
import { hostileCount } from '#tests/support/hostile-entries.ts'
import { connectProved, host, postCbor, relayKeyAt } from '#tests/support/relay-client.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import { foundGroup, writeEpoch, type TestGroup } from '#tests/support/test-group.ts'

const bodyBytes = 16 * 1024 * 1024
const nothing = new Uint8Array(bodyBytes)
let relay: RunningRelay
let key: RelayId
let family: TestGroup
let pid: number

beforeAll(async () => {
  relay = await startRelay({ MANTEL_HOSTING: 'open' })
  key = await relayKeyAt(relay.origin)
  pid = relay.pid()
})
afterAll(() => relay.dispose())
beforeEach(async () => {
  family = foundGroup({ origin: relay.origin, key })
  expect((await host(relay.origin, null, [family.genesis.bytes])).status).toBe(201)
})

/** The relay was never ended and started again, and takes what Ana appends. */
async function answersAna(): Promise<void> {
  const { connection } = await connectProved(relay.origin, family.id, family.founder)
  expect(await connection.append(writeEpoch(family).bytes)).toMatchObject({ t: 'appended' })
  connection.close()
  expect(() => process.kill(pid, 0)).not.toThrow()
}

/** {code: null, entries: […]}, the list being so many values of one byte. */
function requestOf(count: number, value: number): Bytes {
  const names = [encodeCbor('code'), Uint8Array.of(0xf6), encodeCbor('entries')]
  return concatBytes(Uint8Array.of(0xa2), ...names, listOf(count, value))
}

test('sixteen million nothings to host: refused, and the relay is there', async () => {
  for (const value of [0xa0, 0x80, 0x60, 0x40, 0xf6]) {
    const answer = await postCbor(`${relay.origin}/g`, requestOf(bodyBytes - 64, value))
    expect(answer.status).toBe(400)
  }
  await answersAna()
})

test('forty bodies that are never finished: two are waited for, and small ones are answered', async () => {
  const lines = await Promise.all(Array.from({ length: 40 }, () => openBody(bodyBytes)))
  const statuses: number[] = []
  await new Promise<void>((resolve) => {
    for (const { status } of lines)
      void status().then((answered) => {
        if (statuses.push(answered) === lines.length - 2) resolve()
      })
  })
  expect(new Set(statuses)).toEqual(new Set([429]))
  const club = foundGroup({ origin: relay.origin, key })
  expect((await host(relay.origin, null, [club.genesis.bytes])).status).toBe(201)
  expect(lines.filter(({ line }) => !line.destroyed && line.bytesRead === 0)).toHaveLength(2)
  await answersAna()
  for (const { line } of lines) line.destroy()
})

/** A line with a request to host, whose body is one byte shorter than it says. */
async function openBody(bytes: number): Promise<{ line: Socket; status: () => Promise<number> }> {
  const line = connectLine(relay.port, 'localhost')
  line.on('error', () => undefined)
  await once(line, 'connect')
  line.write(utf8(`POST /g HTTP/1.1\r\nHost: relay\r\nContent-Length: ${bytes}\r\n\r\n`))
  line.write(nothing.subarray(0, bytes - 1))
  const status = async () => {
    const [head] = (await once(line, 'data')) as [Buffer]
    return Number(/^HTTP\/1\.1 (\d+)/.exec(head.toString())?.[1])
  }
  return { line, status }
}

test('whoever has proved nothing is cut off before a message of theirs is whole', async () => {
  const sockets = Array.from({ length: hostileCount(20) }, () => {
    const url = relay.origin.replace(/^http/, 'ws') + feedPath(family.id)
    const socket = new WebSocket(url)
    socket.on('error', () => undefined)
    socket.once('open', () => {
      // The beginning of a message: without its end, nothing can be refused by what it says.
      socket.send(new Uint8Array(maxFrameBytes / 2).fill(0xa0), { fin: false })
    })
    return once(socket, 'close')
  })
  await answersAna()
  const codes = (await Promise.all(sockets)).map(([code]) => code as number)
  // 1006: the line was cut, which is sooner than the time that everybody has to prove a key (1008).
  expect(codes).toEqual(codes.map(() => 1006))
})

test('a greeting or a proof that is a bomb ends one connection, and nobody waits for it', async () => {
  const bombs = [listOf(4000, 0xa0), listOf(15_000, 0xa0), new Uint8Array(15_000).fill(0x81)]
  for (const bomb of [...bombs, ...bombs.map((data) => encodeCbor({ type: 'mantel', data }))]) {
    const socket = new WebSocket(relay.origin.replace(/^http/, 'ws') + feedPath(family.id))
    await once(socket, 'open')
    socket.send(bomb)
    const [code] = (await once(socket, 'close')) as [number]
    expect(code).toBe(1008)
  }
  await answersAna()
})

/**
 * Long films over a line that is cut, or goes silent, in the middle: what went, or came, goes or comes no second time.
 * So too where it breaks before anything could go.
 */
import { afterEach, expect, test } from 'vitest'
import { openCuttingProxy, type CuttingProxy } from '#tests/support/cutting-proxy.ts'
import {
  eventually,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { joinAndFind } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import type { EngineParts } from '#lib/engine/engine-parts.ts'
import { createPatientFetch } from '#lib/sync/patient-fetch.ts'
import { tusChunkBytes } from '#lib/wire/limits.ts'

const mebibyte = 2 ** 20
const length = 24 * mebibyte
/** Beside the film: what else a device says meanwhile. */
const others = mebibyte

let line: CuttingProxy | null = null
let relay: RunningRelay | null = null
const devices: SimulatedDevice[] = []

afterEach(async () => {
  for (const device of devices.splice(0)) await device.close()
  await line?.close()
  await relay?.dispose()
})

test('Sam’s line is cut while his film goes up, his phone is restarted, and the film goes on', async () => {
  const { sam, bad, family } = await samWithBadLine()
  const isCut = bad.cutAfter('up', tusChunkBytes + 4 * mebibyte)
  await sam.engine.addPhotos({ ...family, files: [{ file: simulatedPhoto('film', length) }] })
  await isCut
  await sam.crash()
  const before = bad.passed('up')
  bad.mend()
  sam.engine.signalIsBack()
  await isSafe(sam)
  expect(bad.passed('up') - before).toBeLessThan(length - tusChunkBytes + others)
})

test('after a long time without a line, Sam’s film goes on as soon as there is signal', async () => {
  const { sam, bad, family } = await samWithBadLine()
  const isCut = bad.cutAfter('up', tusChunkBytes)
  await sam.engine.addPhotos({ ...family, files: [{ file: simulatedPhoto('film', length) }] })
  await isCut
  // So often in vain that by itself it would look again only in half a minute or more.
  for (let n = 0; n < 12; n++) {
    const tried = bad.refused()
    sam.engine.signalIsBack()
    await eventually('it is tried', () => Promise.resolve(bad.refused() > tried + 1))
  }
  bad.mend()
  sam.engine.signalIsBack()
  await isSafe(sam)
})

test('Ana’s line is cut while a film comes down, her phone is restarted, and the film goes on', async () => {
  const { sam, bad, family } = await samWithBadLine()
  const file = simulatedPhoto('film', length)
  await sam.engine.addPhotos({ ...family, files: [{ file }] })
  await isSafe(sam)
  const { group } = family
  const ana = startDevice()
  devices.push(ana)
  const blob = await joinAndFind(sam, ana, group)

  const isCut = bad.cutAfter('down', 10 * mebibyte)
  const wish = ana.engine.fetchBlob({ group, blob })
  await isCut
  await eventually('what passed is on her phone', async () => {
    const path = ana.disk.paths().find((each) => each.includes('coming'))
    const file = path === undefined ? null : await ana.disk.mount().files.read(path.split('/'))
    return (file?.size ?? 0) > 9 * mebibyte
  })
  await ana.crash()
  expect(await wish).toBe(false)
  const before = bad.passed('down')
  bad.mend()
  expect(await ana.engine.fetchBlob({ group, blob })).toBe(true)
  expect(bad.passed('down') - before).toBeLessThan(length - 8 * mebibyte)

  const opened = await ana.engine.openMedia({ group, blob })
  const contents = Buffer.from(await file.arrayBuffer())
  expect(contents.equals(Buffer.from(await opened!.arrayBuffer()))).toBe(true)
})

test('Ana’s line goes silent without breaking while a film comes down: it is given up, and the film goes on', async () => {
  const { sam, bad, family } = await samWithBadLine()
  const file = simulatedPhoto('film', length)
  await sam.engine.addPhotos({ ...family, files: [{ file }] })
  await isSafe(sam)
  const { group } = family
  const ana = startDevice({ fetch: createPatientFetch(fetch, 1000) })
  devices.push(ana)
  const blob = await joinAndFind(sam, ana, group)
  const before = bad.passed('down')
  const isSilent = bad.silentAfter('down', 10 * mebibyte)
  const wish = ana.engine.fetchBlob({ group, blob })
  await isSilent
  expect(await wish).toBe(true)
  // Nothing that had come is fetched again.
  expect(bad.passed('down') - before).toBeLessThan(length + 2 * mebibyte)
})

test('the relay’s answer to Sam’s greeting breaks off in the middle: he greets again, and his photo arrives', async () => {
  let greetings = 0
  const isGreeting = (input: RequestInfo | URL) =>
    input instanceof URL && input.pathname.endsWith('/session')
  const { sam, family } = await samWithBadLine({
    async fetch(input, init) {
      const answer = await fetch(input, init)
      return isGreeting(input) && ++greetings === 1 ? brokenOff(answer) : answer
    },
  })
  await sam.engine.addPhotos({ ...family, files: [{ file: simulatedPhoto('lake') }] })
  await isSafe(sam)
  // The hello that broke off, then the hello and the proof of the next.
  expect(greetings).toBe(3)
})

async function samWithBadLine(parts: Partial<EngineParts> = {}) {
  const bad = await openCuttingProxy()
  line = bad
  relay = await startRelay({ MANTEL_HOSTING: 'open', MANTEL_ORIGIN: bad.origin })
  bad.leadTo(relay.port)
  const sam = startDevice(parts)
  devices.push(sam)
  const started = await sam.engine.startGroup({
    ...{ groupName: 'Family', memberName: 'Sam' },
    ...{ address: bad.origin, hostingCode: null },
  })
  if (!started.ok) throw new Error(started.error.kind)
  return { sam, bad, family: started.value }
}

/** The first half of an answer, and then the line is gone. */
async function brokenOff(answer: Response): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer())
  let isHalfGone = false
  const body = new ReadableStream<Uint8Array>({
    pull(stream) {
      if (isHalfGone) stream.error(new TypeError('terminated'))
      else stream.enqueue(bytes.subarray(0, bytes.length / 2))
      isHalfGone = true
    },
  })
  return new Response(body, { status: answer.status, headers: answer.headers })
}

async function isSafe({ engine }: SimulatedDevice): Promise<void> {
  const waiting = async () => (await engine.overview()).safety.waiting
  await eventually('it is sent', async () => (await waiting()) === 0, 25_000)
}

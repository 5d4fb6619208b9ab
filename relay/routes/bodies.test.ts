/** How long bodies may take: whoever sends slowly is waited for, whoever has stopped is not. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'node:http'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { platformRandom, type BlobId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { secondMs } from '#lib/base/time.ts'
import { blobMissingPath, blobPath, sessionPath, uploadsPath } from '#lib/wire/paths.ts'
import { parseConfig } from '#relay/config.ts'
import { createRelay, type Relay } from '#relay/create-relay.ts'
import { host, openSession, relayKeyAt } from '#tests/support/relay-client.ts'
import { sendPartly } from '#tests/support/slow-request.ts'
import { foundGroup, type TestGroup } from '#tests/support/test-group.ts'
import { usualBodyLimits } from './bodies.ts'

let folder: string
let relay: Relay
let family: TestGroup
let headers: Record<string, string>
/** Read anew for each body: short ones are for what a test is about alone. */
const limits = { ...usualBodyLimits }

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mantel-bodies-'))
  Object.assign(limits, usualBodyLimits)
  const config = parseConfig({
    ...{ MANTEL_PORT: '0', MANTEL_DATA: folder, MANTEL_HOSTING: 'open', MANTEL_LOG: 'silent' },
    MANTEL_MIN_FREE_BYTES: '0',
  })
  if (!config.ok) throw new Error(config.error.sentences.join())
  relay = await createRelay(config.value, { bodyLimits: limits })
  family = await found()
  const token = await openSession(relay.origin, family.id, family.founder)
  headers = { authorization: `Bearer ${token}` }
})
afterEach(async () => {
  await relay.close()
  await rm(folder, { recursive: true, force: true })
})

/** A group that is hosted there now. */
async function found(): Promise<TestGroup> {
  const group = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  expect((await host(relay.origin, null, [group.genesis.bytes])).status).toBe(201)
  return group
}

/** A request whose body is one byte shorter than it says. */
const unfinished = (path: string, method: string, more: Record<string, string> = {}) =>
  sendPartly(relay.origin + path, {
    ...{ method, part: new Uint8Array(499) },
    headers: { ...headers, ...more, 'content-length': '500' },
  })
const nameOf = (bytes: Bytes) => toHex(sha256(bytes)) as BlobId

test('small and large bodies that take too long are cut off', async () => {
  Object.assign(limits, { smallMs: 100, largeMs: 100 })
  const paths = ['/g', sessionPath(family.id), blobMissingPath(family.id)]
  for (const path of paths) await (await unfinished(path, 'POST')).broken
  const part = new Uint8Array(200_000)
  const declared = { 'content-length': '300000' }
  // More than may be in memory at once: each gives its place back.
  for (let times = 0; times < 3; times++) {
    const sent = { method: 'POST', headers: declared, part }
    await (
      await sendPartly(`${relay.origin}/g`, sent)
    ).broken
  }
  Object.assign(limits, usualBodyLimits)
  await found()
})

test('a photo or a film that stopped coming is cut off, and nothing is left of the photo', async () => {
  limits.silentMs = 100
  const bytes = platformRandom(500)
  await (
    await unfinished(blobPath(family.id, nameOf(bytes)), 'PUT')
  ).broken
  const tus = { 'tus-resumable': '1.0.0' }
  const created = await fetch(relay.origin + uploadsPath(family.id), {
    method: 'POST',
    headers: {
      ...{ ...headers, ...tus, 'upload-length': '500' },
      'upload-metadata': `blob ${btoa(nameOf(bytes))}`,
    },
  })
  const patch = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
  await (
    await unfinished(created.headers.get('location') ?? '', 'PATCH', patch)
  ).broken
  const left = await readdir(join(folder, 'groups', family.id, 'incoming'))
  expect(left.filter((name) => name.endsWith('.part'))).toEqual([])
})

test('a photo that comes slowly is waited for, longer than anything small', async () => {
  Object.assign(limits, { smallMs: 50, largeMs: 50 })
  const bytes = platformRandom(10)
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const path = blobPath(family.id, nameOf(bytes))
    const options = { method: 'PUT', headers: { ...headers, 'content-length': '10' } }
    const sent = request(relay.origin + path, options, (answer) => resolve(answer.statusCode))
    sent.on('error', reject)
    void sendSlowly(sent, bytes)
  })
  expect(status).toBe(201)
})

async function sendSlowly(sent: ReturnType<typeof request>, bytes: Bytes): Promise<void> {
  for (const byte of bytes) {
    sent.write(Uint8Array.of(byte))
    await new Promise((resolve) => setTimeout(resolve, secondMs / 50))
  }
  sent.end()
}

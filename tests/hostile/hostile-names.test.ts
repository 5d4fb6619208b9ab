/** Names made to leave the folder, break a query or reach a prototype, in every place of every route. */
import { connect as connectSocket } from 'node:net'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toHex } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import { platformRandom, type BlobId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { blobPath } from '#lib/wire/paths.ts'
import { prototypeNames } from '#tests/support/hostile-bytes.ts'
import { hostileCount } from '#tests/support/hostile-entries.ts'
import { host, openSession, postCbor, relayKeyAt } from '#tests/support/relay-client.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'
import { createDevice, foundGroup, type TestGroup } from '#tests/support/test-group.ts'

const page = '<!doctype html><title>Mantel</title>'
let nest: string
let relay: RunningRelay
let family: TestGroup
let token: string

beforeAll(async () => {
  nest = await mkdtemp(join(tmpdir(), 'mantel-nest-'))
  const [data, app] = [join(nest, 'data'), join(nest, 'app')]
  await mkdir(app)
  await writeFile(join(app, 'index.html'), page)
  relay = await startRelay({ MANTEL_HOSTING: 'open', MANTEL_DATA: data, MANTEL_APP: app })
  family = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  await host(relay.origin, null, [family.genesis.bytes])
  token = await openSession(relay.origin, family.id, family.founder)
  await storeOneHonestly()
})
afterAll(async () => {
  await relay.dispose()
  await rm(nest, { recursive: true, force: true })
})

/** Makes the folders that honest members make, so that nothing may be new afterwards. */
async function storeOneHonestly(): Promise<void> {
  const bytes = platformRandom(10)
  const id = toHex(sha256(bytes)) as BlobId
  const headers = { authorization: `Bearer ${token}` }
  const stored = await fetch(relay.origin + blobPath(family.id, id), {
    ...{ method: 'PUT', body: bytes, headers },
  })
  expect(stored.status).toBe(201)
}

/** What climbs, hides, ends texts early or names something of the system. */
const handMade = [
  ...['..', '../..', '../../../../etc/passwd', '..\\..\\windows', '....//....//', './.', '/', '//'],
  ...['%2e%2e', '%2e%2e%2f%2e%2e%2fetc%2fpasswd', '%2E%2E%5C', '%252e%252e%252f', '..%c0%af..'],
  ...['%00', 'a%00.jpg', '%0d%0aSet-Cookie:x', '%ff', '%', '%zz', '%u002e', '%e2%80%ae', '%2f'],
  ...['feed.sqlite', 'relay.json', '.env', '.git%2fconfig', 'incoming', 'blobs', 'CON', 'NUL', '~'],
  ...['file:///etc/passwd', 'http://127.0.0.1', '*', '?', '?x=1', '#', ';', '&', "'--", '"', '<b>'],
  ...['${7*7}', '{{7*7}}', '$(id)', '`id`', '|id', '\\', '::1', '[object%20Object]', 'null', 'NaN'],
  ...['AB'.repeat(32), '0'.repeat(63), '0'.repeat(65), `${'0'.repeat(64)}%00`, '-1', '1e309'],
  ...['x'.repeat(255), 'x'.repeat(256), 'x'.repeat(7000), '%2e'.repeat(2000), '../'.repeat(1000)],
  ...prototypeNames,
  ...prototypeNames.map((name) => `${name}%00`),
]

/** So many different names that can stand in a request line. */
function hostileNames(count: number): string[] {
  const piece = fc.constantFrom(...handMade.filter((name) => name.length < 30), '0'.repeat(64))
  const mixed = fc.array(piece, { minLength: 2, maxLength: 5 }).map((pieces) => pieces.join(''))
  const text = fc.string({ unit: 'binary', minLength: 1, maxLength: 80 })
  const encoded = text.map((made) => encodeURIComponent(made.toWellFormed()))
  const drawn = fc.sample(fc.oneof(mixed, encoded), { numRuns: 2 * count, seed: 4 })
  return [...new Set([...handMade, ...drawn])].slice(0, count)
}

interface Asked {
  readonly method: string
  readonly path: string
  readonly headers?: readonly string[]
  readonly body?: string
}

const tus = 'Tus-Resumable: 1.0.0'

/** Every route with the name where a name stands. */
function requestsWith(name: string): Asked[] {
  const group = `/g/${family.id}`
  const metadata = Buffer.from(name).toString('base64')
  const upgrade = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13']
  return [
    { method: 'GET', path: `${group}/blobs/${name}` },
    { method: 'HEAD', path: `${group}/blobs/${name}` },
    { method: 'PUT', path: `${group}/blobs/${name}`, body: 'hostile' },
    { method: 'GET', path: `${group}/blobs?after=${name}` },
    { method: 'GET', path: `${group}/blobs?limit=${name}` },
    { method: 'GET', path: `/g/${name}/blobs` },
    { method: 'PUT', path: `/g/${name}/blobs/${'0'.repeat(64)}`, body: 'hostile' },
    { method: 'POST', path: `/g/${name}/blobs/missing`, body: '\u{a0}' },
    { method: 'POST', path: `/g/${name}/uploads`, headers: [tus, 'Upload-Length: 7'] },
    {
      ...{ method: 'POST', path: `${group}/uploads` },
      headers: [tus, 'Upload-Length: 7', `Upload-Metadata: blob ${metadata}`],
    },
    { method: 'HEAD', path: `${group}/uploads/${name}`, headers: [tus] },
    { method: 'DELETE', path: `${group}/uploads/${name}`, headers: [tus] },
    {
      ...{ method: 'PATCH', path: `${group}/uploads/${name}`, body: 'hostile' },
      headers: [tus, 'Upload-Offset: 0', 'Content-Type: application/offset+octet-stream'],
    },
    {
      ...{ method: 'GET', path: `/g/${name}/feed` },
      headers: [...upgrade, 'Connection: Upgrade', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
    },
    { method: 'GET', path: `/_app/${name}` },
    { method: 'GET', path: `/p/${name}` },
    { method: 'GET', path: `/${name}.js` },
    { method: 'POST', path: `/${name}`, body: 'hostile' },
  ]
}

/** Sends the request as it is, without anything tidying it up, and gives all that comes back. */
function rawAnswer({ method, path, headers = [], body = '' }: Asked): Promise<string> {
  const closing = headers.some((header) => header.startsWith('Connection:'))
    ? []
    : ['Connection: close']
  const head = [
    ...[`${method} ${path} HTTP/1.1`, `Host: localhost:${relay.port}`, ...closing, ...headers],
    ...[`Authorization: Bearer ${token}`, `Content-Length: ${body.length}`, '', ''],
  ].join('\r\n')
  return new Promise((resolve) => {
    let said = ''
    const socket = connectSocket(relay.port, 'localhost', () => socket.write(head + body, 'latin1'))
    socket.on('data', (chunk) => (said += chunk.toString('latin1')))
    // The relay may close before it has read everything; what it said before counts.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      resolve(said)
    })
  })
}

/** A refusal; or the app's own page, or the list of no blobs, where nothing of the name is left in the path. */
function isHarmless(answer: string, { method, path }: Asked): boolean {
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
  if (status >= 400 && status < 500) return true
  const { pathname, searchParams } = new URL(relay.origin + path)
  if (status !== 200) return false
  if (searchParams.get('after') === '') return true
  const isPage = method === 'HEAD' || answer.endsWith(page)
  return isPage && !/^\/(?:g|p|_app|relay|healthz)(?:\/|$)/.test(pathname)
}

/** Every file and folder below, without what SQLite comes and goes with. */
async function listing(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  return names.filter((name) => !/-(?:wal|shm)$/.test(name)).sort()
}

test('500 hostile names in every place of every route: a refusal each, and nothing new on the disk', async () => {
  const names = hostileNames(hostileCount(500))
  const before = await listing(nest)
  const wrong: string[] = []
  let asked = 0
  for (const name of names) {
    const requests = requestsWith(name)
    const answers = await Promise.all(requests.map(rawAnswer))
    asked += answers.length
    for (const [at, answer] of answers.entries()) {
      const request = requests[at]
      if (request === undefined || isHarmless(answer, request)) continue
      wrong.push(`${answer.slice(9, 12)} ${request.method} ${request.path}`)
    }
  }
  console.log(`${names.length} hostile names, ${asked} requests: ${wrong.length} not refused`)
  expect(names.length).toBeGreaterThanOrEqual(500)
  expect(wrong).toEqual([])
  expect(await listing(nest)).toEqual(before)
  expect((await fetch(`${relay.origin}/healthz`)).status).toBe(200)
})

test('hostile names inside bodies host nothing, list nothing and store nothing', async () => {
  const names = hostileNames(hostileCount(90))
  const before = await listing(nest)
  const statuses = new Map<number, number>()
  const count = async (asked: Promise<Response>) => {
    const { status } = await asked
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  for (const name of names) {
    const entry = platformRandom(100)
    const blobs = `${relay.origin}/g/${family.id}/blobs`
    await count(postCbor(`${relay.origin}/g`, encodeCbor({ code: name, entries: [entry] })))
    await count(postCbor(`${blobs}/batch`, encodeCbor({ blobs: [name] }), token))
    await count(postCbor(`${blobs}/missing`, encodeCbor({ [name]: [name] }), token))
  }
  console.log(`${3 * names.length} bodies with hostile names: ${JSON.stringify([...statuses])}`)
  expect([...statuses.keys()].filter((status) => status < 400 || status >= 500)).toEqual([])
  expect(await listing(nest)).toEqual(before)
})

test('a stranger’s group named like another’s folder is not hosted', async () => {
  const stranger = createDevice()
  const club = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  const before = await listing(nest)
  const answer = await host(relay.origin, null, [
    club.genesis.bytes.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
    family.genesis.bytes,
  ])
  expect(answer.status).toBeGreaterThanOrEqual(400)
  await expect(openSession(relay.origin, family.id, stranger)).rejects.toThrow('403')
  expect(await listing(nest)).toEqual(before)
})

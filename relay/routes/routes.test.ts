/** The HTTP side, in this process on a port of its own: blobs, uploads, the app, other origins. */
import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { concatBytes, toBase64Url, toHex, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import { idToBytes, platformRandom, type BlobId, type GroupId } from '#lib/base/ids.ts'
import { parseConfig } from '#relay/config.ts'
import { createRelay, type Relay } from '#relay/create-relay.ts'
import { host, mapOf, openSession, postCbor, relayKeyAt } from '#tests/support/relay-client.ts'
import { foundGroup, type TestGroup } from '#tests/support/test-group.ts'

const PAGE = '<!doctype html><script>start()</script>'
const INLINE = `sha256-${createHash('sha256').update('start()').digest('base64')}`
const QUOTA_BYTES = 4_000_000

let folder: string
let relay: Relay
let family: TestGroup
let token: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mantel-routes-'))
  const app = join(folder, 'app')
  await mkdir(join(app, '_app/immutable'), { recursive: true })
  await writeFile(join(app, 'index.html'), PAGE)
  await writeFile(join(app, '_app/immutable/entry.js'), 'start = () => 1')
  await writeFile(join(app, '_app/immutable/entry.js.br'), brotliCompressSync('start = () => 1'))
  const config = parseConfig({
    ...{ MANTEL_PORT: '0', MANTEL_DATA: join(folder, 'relay'), MANTEL_APP: app },
    ...{ MANTEL_HOSTING: 'open', MANTEL_LOG: 'silent', MANTEL_MIN_FREE_BYTES: '0' },
    MANTEL_GROUP_QUOTA_BYTES: String(QUOTA_BYTES),
  })
  if (!config.ok) throw new Error(config.error.sentences.join())
  relay = await createRelay(config.value)
  family = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  await host(relay.origin, null, [family.genesis.bytes])
  token = await openSession(relay.origin, family.id, family.founder)
})
afterAll(async () => {
  await relay.close()
  await rm(folder, { recursive: true, force: true })
})

const nameOf = (bytes: Bytes) => toHex(createHash('sha256').update(bytes).digest()) as BlobId
const ask = (path: string, init: RequestInit = {}) =>
  fetch(relay.origin + path, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
  })
const blobs = () => `/g/${family.id}/blobs`
const put = async (bytes: Bytes) => {
  const id = nameOf(bytes)
  const answer = await ask(`${blobs()}/${id}`, { method: 'PUT', body: bytes })
  expect([200, 201]).toContain(answer.status)
  return id
}
const bytesOf = async (answer: Response) => new Uint8Array(await answer.arrayBuffer())

describe('a blob', () => {
  test('is read in exact ranges, as players ask for them', async () => {
    const bytes = platformRandom(10_000)
    const path = `${blobs()}/${await put(bytes)}`
    const ranges = [
      ['bytes=0-1', 0, 2],
      ['bytes=9998-', 9998, 10_000],
      ['bytes=-5', 9995, 10_000],
      ['bytes=9000-99999', 9000, 10_000],
    ] as const
    for (const [range, start, end] of ranges) {
      const answer = await ask(path, { headers: { range } })
      expect(answer.status).toBe(206)
      expect(answer.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/10000`)
      expect(answer.headers.get('content-length')).toBe(String(end - start))
      expect(await bytesOf(answer)).toEqual(bytes.slice(start, end))
    }
    const outside = await ask(path, { headers: { range: 'bytes=10000-' } })
    expect([outside.status, outside.headers.get('content-range')]).toEqual([416, 'bytes */10000'])
    expect((await ask(path, { headers: { range: 'lines=1-2' } })).status).toBe(200)
  })

  test('is kept for ever by the browser that may read it, and by nobody else', async () => {
    const bytes = platformRandom(100)
    const id = await put(bytes)
    const head = await ask(`${blobs()}/${id}`, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '100'])
    expect(head.headers.get('etag')).toBe(`"${id}"`)
    expect(head.headers.get('cache-control')).toMatch(/^private.*immutable$/)
    const again = await ask(`${blobs()}/${id}`, { headers: { 'if-none-match': `"${id}"` } })
    expect(again.status).toBe(304)
    const stranger = await fetch(`${relay.origin}${blobs()}/${id}`)
    expect([stranger.status, (await mapOf(stranger)).code]).toEqual([401, 'not-allowed'])
  })

  test('that never came is not here, under whatever name it is asked for', async () => {
    expect((await ask(`${blobs()}/${'00'.repeat(32)}`)).status).toBe(404)
    for (const name of ['..%2f..%2frelay.sqlite', '%ff', 'AB'.repeat(32), '__proto__']) {
      expect((await ask(`${blobs()}/${name}`)).status).toBe(400)
    }
    expect((await ask(`/g/${'00'.repeat(32)}/blobs/${'00'.repeat(32)}`)).status).toBe(401)
  })
})

describe('many blobs', () => {
  test('come in one stream, absent ones marked', async () => {
    const [one, two] = [platformRandom(10), platformRandom(20)]
    const ids = [await put(one), '00'.repeat(32), await put(two)].map(idToBytes)
    const [first, absent, second] = ids as [Bytes, Bytes, Bytes]
    const answer = await postCbor(
      `${relay.origin}${blobs()}/batch`,
      encodeCbor({ blobs: ids }),
      token,
    )
    const gap = Uint8Array.of(255, 255, 255, 255)
    const heads = [Uint8Array.of(0, 0, 0, 10), Uint8Array.of(0, 0, 0, 20)] as const
    const expected = concatBytes(first, heads[0], one, absent, gap, second, heads[1], two)
    expect(await bytesOf(answer)).toEqual(expected)
  })

  test('are told apart into here and missing, and listed in order', async () => {
    const here = idToBytes(await put(platformRandom(30)))
    const missing = platformRandom(32)
    const url = `${relay.origin}${blobs()}/missing`
    const answer = await postCbor(url, encodeCbor({ blobs: [here, missing] }), token)
    expect((await mapOf(answer)).missing).toEqual([missing])
    const listed = (await mapOf(await ask(`${blobs()}?limit=1`))) as { next: string }
    const rest = (await mapOf(await ask(`${blobs()}?after=${listed.next}`))) as { blobs: [Bytes][] }
    const ids = rest.blobs.map(([id]) => toHex(id))
    expect(ids.every((id) => id > listed.next)).toBe(true)
    expect((await ask(`${blobs()}?after=x`)).status).toBe(400)
  })
})

describe('an upload in parts', () => {
  const TUS = { 'tus-resumable': '1.0.0' }
  const create = (id: string, length: number) =>
    ask(`/g/${family.id}/uploads`, {
      method: 'POST',
      headers: {
        ...TUS,
        'upload-length': String(length),
        'upload-metadata': `blob ${Buffer.from(id).toString('base64')}`,
      },
    })
  const patch = (path: string, offset: number, body: Bytes) => {
    const headers = { ...TUS, 'upload-offset': String(offset) }
    const type = { 'content-type': 'application/offset+octet-stream' }
    return ask(path, { method: 'PATCH', body, headers: { ...headers, ...type } })
  }
  const head = (path: string) => ask(path, { method: 'HEAD', headers: TUS })

  test('goes on where it was and ends as a blob', async () => {
    const bytes = concatBytes(platformRandom(60_000), platformRandom(60_000))
    const id = nameOf(bytes)
    const created = await create(id, bytes.length)
    const path = created.headers.get('location') ?? ''
    expect([created.status, path]).toEqual([201, expect.stringMatching(/uploads\/[0-9a-f]{32}$/)])
    expect((await patch(path, 0, bytes.slice(0, 70_000))).status).toBe(204)
    expect((await head(path)).headers.get('upload-offset')).toBe('70000')
    expect((await patch(path, 60_000, bytes.slice(60_000))).status).toBe(409)
    expect((await patch(path, 70_000, bytes.slice(70_000))).status).toBe(204)
    expect(await bytesOf(await ask(`${blobs()}/${id}`))).toEqual(bytes)
    expect((await head(path)).headers.get('upload-offset')).toBe(String(bytes.length))
  })

  test('of other bytes than its name says leaves nothing', async () => {
    const created = await create('00'.repeat(32), 1000)
    const path = created.headers.get('location') ?? ''
    const refused = await patch(path, 0, platformRandom(1000))
    expect([refused.status, refused.headers.get('tus-resumable')]).toEqual([422, '1.0.0'])
    expect(await mapOf(refused)).toEqual({
      ...{ code: 'malformed', say: 'These bytes are not the blob of that name.' },
    })
    expect((await head(path)).status).toBe(404)
    const left = await readdir(join(folder, 'relay/groups', family.id, 'incoming'))
    expect(left.filter((name) => path.endsWith(name))).toEqual([])
  })

  test('needs a name, a length, a key and room', async () => {
    const asked = [await create('nonsense', 1000), await create('00'.repeat(32), QUOTA_BYTES)]
    expect(asked.map(({ status }) => status)).toEqual([400, 507])
    const codes = (await Promise.all(asked.map(mapOf))).map(({ code }) => code)
    expect(codes).toEqual(['malformed', 'full'])
    const gone = await patch(`/g/${family.id}/uploads/${'0'.repeat(32)}`, 0, platformRandom(10))
    expect([gone.status, (await mapOf(gone)).code]).toEqual([404, 'missing-past'])
    const url = `${relay.origin}/g/${family.id}/uploads`
    expect((await fetch(url, { method: 'POST', headers: TUS })).status).toBe(401)
  })
})

describe('the app', () => {
  test('answers its addresses with its page, under a policy that allows its own script', async () => {
    for (const path of ['/', '/join', '/albums/0123abcd']) {
      const answer = await fetch(relay.origin + path)
      expect(await answer.text()).toBe(PAGE)
      expect(answer.headers.get('content-security-policy')).toContain(`'${INLINE}'`)
      expect(answer.headers.get('cache-control')).toBe('no-cache')
    }
  })

  test('is served compressed and for ever where its address tells its content', async () => {
    const url = `${relay.origin}/_app/immutable/entry.js`
    const answer = await fetch(url, { headers: { 'accept-encoding': 'gzip, br' } })
    expect(answer.headers.get('content-encoding')).toBe('br')
    expect(answer.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(answer.headers.get('cache-control')).toContain('immutable')
    expect(await answer.text()).toBe('start = () => 1')
  })

  test('has no page for files, for the relay’s own paths and for junk', async () => {
    const paths = [
      '/nothing.js',
      '/_app/gone',
      '/p/x',
      '/g/x',
      '/%ff',
      '/index.html.br',
      '/csp.json',
    ]
    for (const path of paths) expect((await fetch(relay.origin + path)).status).toBe(404)
    expect((await fetch(`${relay.origin}/join`, { method: 'POST' })).status).toBe(405)
    expect(await rawStatus('/g/../../../etc/passwd.txt')).toBe(404)
    expect(await rawStatus('/'.padEnd(40_000, 'x'))).toBe(431)
  })
})

test('an app of another origin may use the groups here, without cookies', async () => {
  const path = `${relay.origin}${blobs()}/${'00'.repeat(32)}`
  const headers = { origin: 'https://club.example', 'access-control-request-method': 'PUT' }
  const answer = await fetch(path, { method: 'OPTIONS', headers })
  expect(answer.status).toBe(204)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  expect(answer.headers.get('access-control-allow-headers')).toContain('Authorization')
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
})

test('a token is for its own group', async () => {
  const club = foundGroup({ origin: relay.origin, key: await relayKeyAt(relay.origin) })
  await host(relay.origin, null, [club.genesis.bytes])
  expect((await ask(`/g/${club.id}/blobs`)).status).toBe(401)
  const unknown = toBase64Url(platformRandom(32))
  const headers = { authorization: `Bearer ${unknown}` }
  expect((await ask(blobs(), { headers })).status).toBe(401)
  expect((await ask(`/g/${'x' as GroupId}/blobs`)).status).toBe(401)
})

/** The status of a path that `fetch` would tidy up before sending. */
function rawStatus(path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: 'localhost', port: relay.port, path }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    asked.on('error', reject).end()
  })
}

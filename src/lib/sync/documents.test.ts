import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { beforeAll, expect, test, vi } from 'vitest'
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { idFromBytes, randomId } from '#lib/base/ids.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import { Automerge, startAutomerge } from './automerge.ts'
import { createDocuments } from './documents.ts'
import { containerById, containers, firstChange, firstChangeHash } from './first-change.ts'

/** What Automerge lives in: it grows, and is never given back. */
let memory: WebAssembly.Memory | null = null

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve('@automerge/automerge/automerge.wasm')
  const instantiate = vi.spyOn(WebAssembly, 'instantiate')
  await startAutomerge(new Uint8Array(readFileSync(wasm)))
  const started: unknown = await instantiate.mock.results[0]?.value
  instantiate.mockRestore()
  const exported = (started as WebAssembly.WebAssemblyInstantiatedSource).instance.exports['memory']
  if (exported instanceof WebAssembly.Memory) memory = exported
})

const doc = randomId('DocId')
const empty = Object.fromEntries(containers.map((name) => [name, {}]))

/** So many changes, each upon the last. */
function changes(count: number): Bytes[] {
  let built = Automerge.load<Record<string, unknown>>(firstChange)
  return Array.from({ length: count }, (_, n) => {
    built = Automerge.change(built, { time: 0 }, (draft) => {
      draft[`key${n}`] = n
    })
    return plainBytes(Automerge.getLastLocalChange(built) ?? new Uint8Array())
  })
}

async function openDocuments() {
  const group = idFromBytes('GroupId', new Uint8Array(32))
  if (group === null) throw new Error('a group id has 32 bytes')
  const store = await createDeviceStore(createMemoryDisk().mount()).openGroup(group)
  return createDocuments(store.documents, () => undefined)
}

test('a document that is opened while it is being dropped does not come back from the cache', async () => {
  const documents = await openDocuments()
  const [first = new Uint8Array(), second = new Uint8Array()] = changes(2)
  documents.merge(doc, [first, second])
  await documents.flush()

  const dropped = documents.drop(doc)
  await documents.open(doc)
  expect(documents.read(doc)).toBeNull()
  documents.merge(doc, [first])
  await dropped
  expect(documents.read(doc)).toEqual({ ...empty, key0: 0 })
  expect(documents.changeCount(doc)).toBe(1)
  expect(documents.heads(doc)).toHaveLength(1)
})

test('a document that is dropped while it is being opened is gone', async () => {
  const documents = await openDocuments()
  documents.merge(doc, changes(2))
  await documents.drop(doc)
  documents.merge(doc, changes(1))
  await documents.flush()
  const other = documents.open(doc)
  await Promise.all([other, documents.drop(doc)])
  expect(documents.read(doc)).toBeNull()
  await documents.open(doc)
  expect(documents.read(doc)).toBeNull()
})

test('every document begins with the containers, made by nobody, under the ids that the rules know', () => {
  const begun = Automerge.load<Record<string, object>>(firstChange)
  expect(begun).toEqual(empty)
  expect(Automerge.getHeads(begun)).toEqual([firstChangeHash])
  const ids = containers.map((name) => Automerge.getObjectId(begun[name] ?? {}))
  expect([...containerById]).toEqual(ids.map((id, n) => [id, containers[n]]))
})

test('a saved document that begins otherwise is none', async () => {
  const documents = await openDocuments()
  const strange = Automerge.from<Record<string, unknown>>({ items: {}, title: 'Lake' })
  expect(documents.mergeSaved(doc, plainBytes(Automerge.save(strange)))).toBe(false)
  expect(documents.read(doc)).toBeNull()
})

test('copies that drafts and merges are made on do not wait for the garbage collector', async () => {
  const documents = await openDocuments()
  documents.merge(doc, changes(200))
  const editOnce = (n: number): void => {
    const change = documents.draft(doc, 'ab'.repeat(16), (draft: object) => {
      Object.assign(draft, { last: n })
    })
    expect(documents.merge(doc, [change ?? new Uint8Array()])).toEqual([])
  }
  editOnce(0)
  const before = memory?.buffer.byteLength ?? 0
  for (let n = 1; n <= 100; n++) editOnce(n)
  expect(documents.read(doc)).toMatchObject({ key199: 199, last: 100 })
  expect(before).toBeGreaterThan(0)
  expect((memory?.buffer.byteLength ?? 0) - before).toBeLessThan(2 * 1024 * 1024)
})

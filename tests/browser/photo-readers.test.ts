/** Workers that die, hang or never come up, and the photos that must survive them. */
import { expect, test } from 'vitest'
import { contentHashOf } from '#lib/media/content-hash.ts'
import { createPhotoReaders } from '#lib/media/create-photo-readers.ts'
import { PhotoNotRead } from '#lib/ports/photo-reader.ts'

const { signal } = new AbortController()
const photo = new Blob([Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3)])
const ready = "postMessage({ kind: 'ready' })\n"
const answering = `${ready}onmessage = () => postMessage({ kind: 'read', photo: 'read' })`

function scripted(script: string): Worker {
  const address = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }))
  return new Worker(address, { type: 'module' })
}

/** A pool of one whose workers run these scripts in turn, the last one for ever. */
function readersOf(...scripts: string[]) {
  let started = 0
  const spawn = (): Worker => scripted(scripts[Math.min(started++, scripts.length - 1)] ?? '')
  const readers = createPhotoReaders({ spawn, count: 1, timeoutMs: 3000, retryMs: 10 })
  return { ...readers, started: () => started }
}

test('a photo on which the worker crashes is kept as a file, and the next one is read', async () => {
  const readers = readersOf(`${ready}onmessage = () => { throw new Error('crash') }`, answering)
  const first = readers.read(photo, signal)
  const second = readers.read(photo, signal)
  expect(await first).toMatchObject({ kind: 'file', mime: 'image/jpeg', note: 'cannot-decode' })
  expect((await first).contentHash).toMatch(/^[0-9a-f]{64}$/)
  expect(await second).toBe('read')
  expect(readers.started()).toBe(2)
  readers.close()
})

test('a photo in memory is handed over, and had once more where the worker crashes on it', async () => {
  const bytes = () => Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3)
  const inMemory = () => ({ bytes: bytes(), type: 'image/jpeg', size: 7 })
  const again = () => Promise.resolve(inMemory())
  const size = `${ready}onmessage = ({ data }) => postMessage({ kind: 'read', photo: data.bytes.length })`
  const readers = readersOf(`${ready}onmessage = () => { throw new Error('crash') }`, size)
  const [kept, first, second] = [inMemory(), inMemory(), inMemory()]
  const told = await readers.read({ ...kept, again }, signal)
  expect(told).toMatchObject({ kind: 'file', mime: 'image/jpeg', note: 'cannot-decode' })
  expect(told.contentHash).toBe(await contentHashOf(photo))
  expect(await readers.read({ ...first, again }, signal)).toBe(7)
  expect(first.bytes.length).toBe(0)
  const lost = readersOf(`${ready}onmessage = () => { throw new Error('crash') }`)
  const gone = lost.read({ ...second, again: () => Promise.resolve(null) }, signal)
  await expect(gone).rejects.toThrow('the file is lost')
  readers.close()
  lost.close()
})

test('a photo in memory is still there for the worker that comes up at last', async () => {
  const size = `${ready}onmessage = ({ data }) => postMessage({ kind: 'read', photo: data.bytes.length })`
  const readers = readersOf("import '/there-is-no-such-file.js'", size)
  const file = { bytes: new Uint8Array(9), type: '', size: 9, again: () => Promise.resolve(null) }
  expect(await readers.read(file, signal)).toBe(9)
  readers.close()
})

test('a photo on which the worker hangs is kept as a file after a while', async () => {
  const readers = readersOf(`${ready}onmessage = () => { for (;;); }`, answering)
  expect(await readers.read(photo, signal)).toMatchObject({ kind: 'file', note: 'cannot-decode' })
  expect(await readers.read(photo, signal)).toBe('read')
  readers.close()
})

test('a worker that fails to load at first does not cost Ana her photo', async () => {
  const readers = readersOf("import '/there-is-no-such-file.js'", answering)
  expect(await readers.read(photo, signal)).toBe('read')
  readers.close()
})

test('without any worker the photo is not judged: reading it fails, to be tried again', async () => {
  const readers = readersOf("import '/there-is-no-such-file.js'")
  await expect(readers.read(photo, signal)).rejects.toThrow(PhotoNotRead)
  readers.close()
})

test('a file that the browser cannot open any more is not judged either', async () => {
  const answer = "{ kind: 'failed', unreadable: true, message: 'gone' }"
  const readers = readersOf(`${ready}onmessage = () => postMessage(${answer})`)
  await expect(readers.read(photo, signal)).rejects.toThrow('cannot open the file: gone')
  readers.close()
})

test('photos are read in the order in which Ana chose them', async () => {
  const readers = readersOf(
    `${ready}onmessage = ({ data }) => postMessage({ kind: 'read', photo: data.size })`,
  )
  const order: unknown[] = []
  const sizes = [5, 3, 9, 1]
  await Promise.all(
    sizes.map(async (size) => order.push(await readers.read(new Blob(['x'.repeat(size)]), signal))),
  )
  expect(order).toEqual(sizes)
  readers.close()
})

test('cancelling one photo leaves the others', async () => {
  const readers = readersOf(`${ready}onmessage = () => {}`, answering)
  const giveUp = new AbortController()
  const cancelled = readers.read(photo, giveUp.signal)
  const kept = readers.read(photo, signal)
  giveUp.abort()
  await expect(cancelled).rejects.toThrow('aborted')
  expect(await kept).toBe('read')
  readers.close()
})

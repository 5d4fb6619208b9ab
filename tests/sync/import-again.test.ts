/** Sam adds photos at a moment when nothing can be written: they are read again later, and each file is still there. */
import { beforeAll, expect, test, vi } from 'vitest'
import type { Bytes } from '#lib/base/bytes.ts'
import { err } from '#lib/base/result.ts'
import type { ImportNotice } from '#lib/engine/api.ts'
import type { PhotoReader } from '#lib/ports/photo-reader.ts'
import type { Replica } from '#lib/sync/replica.ts'
import { plainReader, prepareAutomerge, simulatedPhoto } from '#tests/support/simulated-device.ts'
import { samAlone } from '#tests/support/sam-alone.ts'
import { until, type SimulatedReplica } from '#tests/support/simulated-replicas.ts'

beforeAll(prepareAutomerge)

/** The group's key is missing until `unlock`. */
function lockedReplica(sam: SimulatedReplica) {
  let refusals = 0
  let isLocked = true
  const replica: Replica = {
    ...sam.replica(),
    change(...change) {
      if (!isLocked) return sam.replica().change(...change)
      refusals++
      return Promise.resolve(err({ kind: 'not-ready' }))
    },
  }
  return { replica, refusals: () => refusals, unlock: () => (isLocked = false) }
}

/** The second photo takes as long as the test wants. */
function slowReader() {
  const waiting: (() => void)[] = []
  let isSlow = true
  const reader: PhotoReader = {
    async read(file, signal) {
      if (isSlow && file.size === 2000) await new Promise<void>((resolve) => waiting.push(resolve))
      return plainReader.read(file, signal)
    },
  }
  return {
    reader,
    release: () => waiting.shift()?.(),
    hurry() {
      isSlow = false
      for (const go of waiting.splice(0)) go()
    },
  }
}

test('a photo that is read twice because it could not be written keeps its original', async () => {
  const { sam, importing, close } = await samAlone(3)
  const { replica, refusals, unlock } = lockedReplica(sam)
  const { reader, release, hurry } = slowReader()
  const { pipeline, choose, items, originalOf } = importing({ replica, reader, retryMs: 50 })
  await choose([simulatedPhoto('quick', 1000), simulatedPhoto('slow', 2000)])
  const first = pipeline.run()
  await until('the quick one was refused', () => refusals() > 0)
  await new Promise((resolve) => setTimeout(resolve, 50))
  const second = pipeline.run()
  for (let n = 0; n < 2; n++) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    release()
  }
  await new Promise((resolve) => setTimeout(resolve, 200))
  unlock()
  hurry()
  await Promise.all([first, second])
  await until('both are in', async () => {
    await pipeline.run()
    return items().length === 2
  })
  for (const id of items()) expect(await originalOf(id)).not.toBeNull()
  await close()
})

test('a file that another tab has settled meanwhile does not keep the next one waiting', async () => {
  const { sam, importing, close } = await samAlone(4)
  const { intake } = sam.store()
  let settled: string | null = null
  const { pipeline, choose, items } = importing({
    intake: {
      ...intake,
      async update(record) {
        if (settled === null) await intake.remove(record.id)
        settled ??= record.id
        await intake.update(record)
      },
    },
    lanes: 1,
  })
  const records = await choose([simulatedPhoto('settled elsewhere'), simulatedPhoto('still here')])
  await pipeline.run()
  const left = records.filter(({ id }) => id !== settled).map(({ item }) => item)
  expect(left).toHaveLength(1)
  expect(items()).toEqual(left)
  expect(pipeline.progress()).toBeNull()
  await close()
})

test('of copies that cannot be opened the damaged one is said to be so, and the whole one is opened later', async () => {
  const { sam, importing, close } = await samAlone(6)
  const { intake } = sam.store()
  const told: ImportNotice[] = []
  const { pipeline, choose, items } = importing({
    intake: {
      ...intake,
      async open(id) {
        const opened = await intake.open(id)
        if (opened === null || opened instanceof Blob || id !== records[0]?.id) return opened
        return { ...opened, read: async () => damaged(await opened.read()) }
      },
    },
    onNotice: (one) => void told.push(one),
  })
  const records = await choose([simulatedPhoto('damaged'), simulatedPhoto('whole')])
  // As in a browser without memory: there is no other way to have it.
  const failing = vi.spyOn(crypto.subtle, 'decrypt').mockRejectedValue(new Error('no memory'))
  await pipeline.run()
  failing.mockRestore()
  expect(told.map(({ outcome }) => outcome)).toEqual([{ kind: 'failed', why: 'unreadable' }])
  expect((await intake.list()).map(({ id }) => id)).toEqual([records[1]?.id])
  await pipeline.run()
  expect(items()).toEqual([records[1]?.item])
  await close()
})

function damaged(bytes: Bytes | null): Bytes | null {
  return bytes && Uint8Array.from(bytes, (byte, n) => (n === 40 ? byte ^ 1 : byte))
}

test('a photo whose entry has just been written when Sam stops adding is there, with its file', async () => {
  const { sam, importing, close } = await samAlone(5)
  const [reached, goOn] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()]
  const reading = Promise.withResolvers<null>()
  const replica: Replica = {
    ...sam.replica(),
    async change(...change) {
      const changed = await sam.replica().change(...change)
      reached.resolve(null)
      await goOn.promise
      return changed
    },
  }
  const reader: PhotoReader = {
    async read(file, signal) {
      if (file.size === 2000)
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(new DOMException('', 'AbortError')))
          reading.resolve(null)
        })
      return plainReader.read(file, signal)
    },
  }
  const { pipeline, choose, items, originalOf } = importing({ replica, reader, retryMs: 50 })
  const add = async (file: File) => {
    await choose([file])
    void pipeline.run()
  }
  await add(simulatedPhoto('quick', 1000))
  await reached.promise
  await add(simulatedPhoto('slow', 2000))
  await reading.promise
  const stopped = pipeline.cancel()
  await new Promise((resolve) => setTimeout(resolve, 50))
  goOn.resolve(null)
  await stopped

  const [id, ...others] = items()
  expect(others).toEqual([])
  expect(id && (await originalOf(id))?.size).toBeGreaterThan(1000)
  expect(await sam.store().intake.list()).toEqual([])
  await close()
})

test('what Sam chooses right after he stopped is added, though what he stopped was still being read', async () => {
  const { sam, importing, close } = await samAlone(7)
  const [begun, ended] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()]
  const reader: PhotoReader = {
    async read(file, signal) {
      if (file.size !== 2000) return plainReader.read(file, signal)
      begun.resolve(null)
      await ended.promise
      throw new DOMException('', 'AbortError')
    },
  }
  const { pipeline, choose, items } = importing({ reader, lanes: 1 })
  await choose([simulatedPhoto('slow', 2000)])
  void pipeline.run()
  await begun.promise
  const stopped = pipeline.cancel()
  const [later] = await choose([simulatedPhoto('later')])
  ended.resolve(null)
  expect(await stopped).toBe(0)
  await pipeline.run()
  expect(items()).toEqual([later?.item])
  expect(await sam.store().intake.list()).toEqual([])
  await close()
})

import { describe, expect, test } from 'vitest'
import { hourMs } from '#lib/base/time.ts'
import type { BegunUpload } from '#relay/blobs/incoming-folder.ts'
import { createDisk } from './disk.ts'
import { createRoom, type Room } from './room.ts'

let nowMs = 0
const clock = () => nowMs
/** What groups have stored, and what the disk has left. */
const stored = { bytes: 0, free: 0 }

const diskWith = (minFreeBytes: number) =>
  createDisk({ minFreeBytes, clock, free: () => Promise.resolve(stored.free) })
function roomWith(
  quotaBytes: number,
  given: { disk?: ReturnType<typeof diskWith>; begun?: readonly BegunUpload[] } = {},
): Room {
  const used = () => Promise.resolve(stored.bytes)
  const taken = { used, aside: () => Promise.resolve(0) }
  return createRoom({ quotaBytes, taken, disk: diskWith(0), begun: [], clock, ...given })
}
const upload = (bytes: number, written = 0) => ({ bytes, written })

describe('a group’s quota', () => {
  test('holds for everything that is on its way, however much of it asks at the same moment', async () => {
    Object.assign(stored, { bytes: 10 })
    const room = roomWith(100)
    const asked = ['a', 'b', 'c', 'd'].map((name) => room.begin(name, upload(40)))
    expect((await Promise.all(asked)).filter((isThere) => isThere)).toHaveLength(2)
    expect([await room.has(10), await room.has(11)]).toEqual([true, false])
    room.end('a')
    expect(await room.has(50)).toBe(true)
  })

  test('counts a file while it is sent, and lets go of it when that fails', async () => {
    Object.assign(stored, { bytes: 0 })
    const room = roomWith(100)
    const sent = room.during(60, async () => {
      expect(await room.during(60, () => Promise.resolve('stored'))).toBeNull()
      throw new Error('the line broke')
    })
    await expect(sent).rejects.toThrow('the line broke')
    expect(await room.during(100, () => Promise.resolve('stored'))).toBe('stored')
  })

  test('lets somebody go on with what already takes its room, however full it is', async () => {
    Object.assign(stored, { bytes: 0 })
    const room = roomWith(100)
    expect(await room.begin('a', upload(100))).toBe(true)
    room.pause('a', 70)
    expect(await room.has(1)).toBe(false)
    expect(await room.begin('a', upload(100, 70))).toBe(true)
  })

  test('waits an hour for somebody who went away, and then counts what is here', async () => {
    Object.assign(stored, { bytes: 0 })
    const room = roomWith(100)
    await room.begin('sent', upload(40))
    await room.begin('paused', upload(60))
    nowMs += 2 * hourMs
    expect(await room.has(1)).toBe(false)
    room.pause('paused', 20)
    nowMs += hourMs - 1
    expect(await room.has(1)).toBe(false)
    nowMs += 1
    expect([await room.has(40), await room.has(41)]).toEqual([true, false])
    // Meanwhile others took the room: they are not put out for it.
    expect(await room.begin('other', upload(40))).toBe(true)
    expect(await room.begin('paused', upload(60, 20))).toBe(false)
    room.end('other')
    expect(await room.begin('paused', upload(60, 20))).toBe(true)
  })

  test('counts what was begun before the group was loaded', async () => {
    Object.assign(stored, { bytes: 0 })
    const begun = [
      { name: 'lately', bytes: 30, written: 10, heardMs: nowMs - 1 },
      { name: 'yesterday', bytes: 50, written: 20, heardMs: nowMs - 24 * hourMs },
    ]
    const room = roomWith(100, { begun })
    expect([await room.has(50), await room.has(51)]).toEqual([true, false])
    expect(await room.begin('lately', upload(30, 10))).toBe(true)
  })
})

describe('what the disk has to keep free', () => {
  test('is not promised to anybody, in whatever group', async () => {
    Object.assign(stored, { bytes: 0, free: 100 })
    const disk = diskWith(20)
    const [family, club] = [roomWith(0, { disk }), roomWith(0, { disk })]
    const asked = [family.begin('a', upload(50)), club.begin('b', upload(50))]
    expect((await Promise.all(asked)).filter((isThere) => isThere)).toHaveLength(1)
    expect([await club.has(30), await club.has(31)]).toEqual([true, false])
    // What is written is not free any more, and promised no longer.
    stored.free = 60
    family.pause('a', 40)
    expect([await club.has(30), await club.has(31)]).toEqual([true, false])
    expect(await family.begin('a', upload(50, 40))).toBe(true)
    family.close()
    expect([await club.has(40), await club.has(41)]).toEqual([true, false])
  })

  test('is not used up by going on with what was begun', async () => {
    Object.assign(stored, { bytes: 0, free: 100 })
    const room = roomWith(0, { disk: diskWith(20) })
    await room.begin('a', upload(60))
    room.pause('a', 10)
    // Something else on this machine has grown.
    stored.free = 50
    expect(await room.begin('a', upload(60, 10))).toBe(false)
    stored.free = 70
    expect(await room.begin('a', upload(60, 10))).toBe(true)
  })
})

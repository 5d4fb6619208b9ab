/** Two tabs of Ana that both believe to be the one that does the work, and hear of each other late: nothing is lost or doubled. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { createLibrary } from '#lib/engine/create-library.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createMemoryDisk, type MemoryDisk } from '#lib/storage/memory-disk.ts'
import { leadingTabs } from '#tests/support/leading-tabs.ts'
import {
  altered,
  eventually,
  plainReader,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { cardIn, linkOf, startGroupOn } from '#tests/support/simulated-group.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const tabs: SimulatedDevice[] = []

afterEach(async () => {
  for (const tab of tabs.splice(0)) await tab.close()
  await relay?.dispose()
  relay = null
})

/** Lets everybody pass, or makes them wait from `close` to `open`; `reached` resolves when somebody waits. */
function createGate() {
  let opened = Promise.withResolvers<undefined>()
  const reached = Promise.withResolvers<undefined>()
  let isClosed = false
  return {
    reached: reached.promise,
    async pass(): Promise<void> {
      if (!isClosed) return
      reached.resolve(undefined)
      await opened.promise
    },
    close(): void {
      isClosed = true
      opened = Promise.withResolvers()
    },
    open(): void {
      isClosed = false
      opened.resolve(undefined)
    },
  }
}

function openTab(disk: MemoryDisk, parts: Parameters<typeof startDevice>[0]): SimulatedDevice {
  const tab = startDevice(parts, disk)
  tabs.push(tab)
  return tab
}

async function startGroup(tab: SimulatedDevice) {
  relay = await startRelay()
  return startGroupOn(tab, relay)
}

const chosen = (names: readonly string[]) => names.map((name) => ({ file: simulatedPhoto(name) }))

async function shows({ engine }: SimulatedDevice, count: number): Promise<boolean> {
  const { groups, safety } = await engine.overview()
  return groups[0]?.albums[0]?.count === count && safety.importing === null
}

async function tilesOn(disk: MemoryDisk): Promise<number> {
  const library = createLibrary(createDeviceStore(disk.mount()), { isOffline: () => false })
  return (await library.timeline({})).count
}

test('two tabs that both read what Ana chose in either keep every photo, once', async () => {
  const disk = createMemoryDisk()
  const nextTabs = leadingTabs()
  const reader = {
    read: (...file: Parameters<typeof plainReader.read>) =>
      new Promise((resolve) => setTimeout(resolve, 20)).then(() => plainReader.read(...file)),
  }
  const first = openTab(disk, { tabs: nextTabs(), reader })
  const started = await startGroup(first)
  const second = openTab(disk, { tabs: nextTabs(), reader })
  await eventually('both tabs have the group', () => shows(second, 0))

  const added = await Promise.all([
    first.engine.addPhotos({ ...started, files: chosen(['a', 'b', 'c', 'same']) }),
    second.engine.addPhotos({ ...started, files: chosen(['d', 'e', 'f', 'same']) }),
  ])
  for (const outcome of added) expect(outcome).toMatchObject({ ok: true, value: { taken: 4 } })

  for (const tab of tabs) {
    await eventually('seven photos are in', () => shows(tab, 7))
    await eventually('all are sent', async () => (await tab.engine.overview()).safety.waiting === 0)
  }
  for (const tab of tabs) expect(await shows(tab, 7)).toBe(true)
  expect(await tilesOn(disk)).toBe(7)
  expect(blobsOf(relay).length).toBeGreaterThanOrEqual(21)
})

test('a photo that one tab adds while another is opening the group shows in both', async () => {
  const disk = createMemoryDisk()
  const nextTabs = leadingTabs()
  const first = openTab(disk, { tabs: nextTabs() })
  const started = await startGroup(first)
  const gate = createGate()
  gate.close()
  const devices = altered(createDeviceStore(disk.mount()), (store) => ({
    ...store,
    index: { ...store.index, basis: () => gate.pass().then(store.index.basis) },
  }))
  const second = openTab(disk, { tabs: nextTabs(), devices })
  await gate.reached
  await first.engine.addPhotos({ ...started, files: chosen(['a']) })
  await eventually('the first shows it', () => shows(first, 1))

  gate.open()
  await eventually('the second shows it', () => shows(second, 1))
  expect(await tilesOn(disk)).toBe(1)
})

test('a tab that another overtakes while it writes shows what both wrote', async () => {
  const disk = createMemoryDisk()
  const heard = Promise.withResolvers<undefined>()
  let isDeaf = false
  const nextTabs = leadingTabs(() => (isDeaf ? heard.promise : Promise.resolve()))
  const first = openTab(disk, { tabs: nextTabs() })
  const { group } = await startGroup(first)
  const gate = createGate()
  const devices = altered(createDeviceStore(disk.mount()), (store) => ({
    ...store,
    entries: {
      ...store.entries,
      lastSeq: async (author) => {
        const seq = await store.entries.lastSeq(author)
        await gate.pass()
        return seq
      },
    },
  }))
  const second = openTab(disk, { tabs: nextTabs(), devices })
  await eventually('both tabs have the group', () => shows(second, 0))

  // Nor does the relay tell them.
  await relay?.kill('SIGKILL')
  isDeaf = true
  gate.close()
  const holidays = second.engine.createAlbum({ group, title: 'Holidays' })
  await gate.reached
  await first.engine.createAlbum({ group, title: 'Garden' })
  gate.open()
  await holidays
  await eventually('the second shows both', async () => (await titlesIn(second)).length === 3)
  expect(await titlesIn(first)).toEqual(['Garden', 'Our photos'])
  heard.resolve(undefined)
  await eventually('the first shows both', async () => (await titlesIn(first)).length === 3)
  expect(await titlesIn(first)).toEqual(await titlesIn(second))
})

async function titlesIn({ engine }: SimulatedDevice): Promise<string[]> {
  const { groups } = await engine.overview()
  return (groups[0]?.albums ?? []).map(({ title }) => title).sort()
}

function blobsOf(from: RunningRelay | null): string[] {
  if (from === null) return []
  return readdirSync(join(from.dataDir, 'groups'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /[/\\]blobs[/\\].*[0-9a-f]{64}$/.test(path),
  )
}

test('a group that one tab joins shows as joined in the other, and its link opened there takes nothing away', async () => {
  const disk = createMemoryDisk()
  const nextTabs = leadingTabs()
  const sam = openTab(createMemoryDisk(), {})
  const { group } = await startGroup(sam)
  const link = await linkOf(sam, { group, role: 'contributor' })
  const first = openTab(disk, { tabs: nextTabs() })
  await eventually('the link opens', async () => (await first.engine.openInvitation(link)).ok)
  const second = openTab(disk, { tabs: nextTabs() })
  await eventually('the other tab is a visitor too', async () => {
    return (await cardIn(second, group))?.standing === 'visiting'
  })

  expect(await first.engine.joinGroup({ group, memberName: 'Ana' })).toMatchObject({ ok: true })
  await eventually('the other tab has joined', async () => {
    return (await cardIn(second, group))?.standing === 'joined'
  })
  expect(await second.engine.openInvitation(link)).toEqual({ ok: true, value: { group } })
  await second.crash()
  expect(await eventually('it opens again', () => cardIn(second, group))).toMatchObject({
    ...{ standing: 'joined', role: 'contributor' },
  })
})

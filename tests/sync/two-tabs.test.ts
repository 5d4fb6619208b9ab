/** Two tabs of Ana that both believe to be the one that works through what was chosen: nothing is lost or doubled. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { TabMessage, Tabs } from '#lib/engine/tabs.ts'
import { createMemoryDisk } from '#lib/storage/memory-disk.ts'
import {
  eventually,
  plainReader,
  simulatedPhoto,
  startDevice,
  type SimulatedDevice,
} from '#tests/support/simulated-device.ts'
import { startRelay, type RunningRelay } from '#tests/support/start-relay.ts'

let relay: RunningRelay | null = null
const tabs: SimulatedDevice[] = []

afterEach(async () => {
  for (const tab of tabs.splice(0)) await tab.close()
  await relay?.dispose()
  relay = null
})

/** Tabs that hear of each other, and all lead: the lead was stolen from one that was only slow. */
function leadingTabs(): () => Tabs {
  const listeners: ((message: TabMessage) => void)[] = []
  return () => {
    const own: typeof listeners = []
    return {
      post(message) {
        for (const listener of listeners)
          if (!own.includes(listener)) queueMicrotask(() => listener(message))
      },
      onMessage(listener) {
        own.push(listener)
        listeners.push(listener)
      },
      onLead: (listener) => listener(true),
      leading: () => true,
      claim: () => Promise.resolve(),
      setVisible: () => undefined,
      close: () => undefined,
    }
  }
}

test('two tabs that both read what Ana chose in either keep every photo, once', async () => {
  relay = await startRelay()
  const disk = createMemoryDisk()
  const nextTabs = leadingTabs()
  const reader = {
    read: (...file: Parameters<typeof plainReader.read>) =>
      new Promise((resolve) => setTimeout(resolve, 20)).then(() => plainReader.read(...file)),
  }
  const openTab = (): SimulatedDevice => {
    const tab = startDevice({ tabs: nextTabs(), reader }, disk)
    tabs.push(tab)
    return tab
  }
  const first = openTab()
  const started = await first.engine.startGroup({
    ...{ groupName: 'Family', memberName: 'Ana' },
    ...{ address: relay.origin, hostingCode: relay.hostingCode() },
  })
  if (!started.ok) throw new Error(started.error.kind)
  const second = openTab()
  await eventually('both tabs have the group', async () => {
    const cards = (await second.engine.overview()).groups
    return cards[0]?.albums.length === 1
  })

  const chosen = (names: readonly string[]) => names.map((name) => ({ file: simulatedPhoto(name) }))
  const added = await Promise.all([
    first.engine.addPhotos({ ...started.value, files: chosen(['a', 'b', 'c', 'same']) }),
    second.engine.addPhotos({ ...started.value, files: chosen(['d', 'e', 'f', 'same']) }),
  ])
  for (const outcome of added) expect(outcome).toMatchObject({ ok: true, value: { taken: 4 } })

  for (const { engine } of tabs)
    await eventually('seven photos are in and sent', async () => {
      const { groups, safety } = await engine.overview()
      return groups[0]?.albums[0]?.count === 7 && safety.waiting === 0 && safety.importing === null
    })
  for (const { engine } of tabs)
    expect((await engine.overview()).groups[0]?.albums[0]?.count).toBe(7)
  const kept = blobsOf(relay).length
  expect(kept).toBeGreaterThanOrEqual(21)
})

function blobsOf({ dataDir }: RunningRelay): string[] {
  return readdirSync(join(dataDir, 'groups'), { recursive: true, encoding: 'utf8' }).filter(
    (path) => /[/\\]blobs[/\\].*[0-9a-f]{64}$/.test(path),
  )
}

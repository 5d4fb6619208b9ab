/**
 * The device B of the bench `bulk`, in a process of its own: joins by the link in `argv[2]`, then fetches
 * every original's ciphertext that its index names, checks it against its name and stores it; four at once,
 * as uploads go. Says `joined`, connects again when
 * told anything, and says when it has `argv[3]` of them, `{doneMs}`.
 */
import { createLibrary } from '#lib/engine/create-library.ts'
import type { Tile } from '#lib/engine/library.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { eventually, startDevice } from '#tests/support/simulated-device.ts'

const [, , link = '', count = '0'] = process.argv
const atOnce = 4
const wanted = Number(count)

const device = startDevice()
const library = createLibrary(createDeviceStore(device.disk.mount()), { isOffline: () => false })
const opened = await eventually('the link opens', async () => {
  const result = await device.engine.openInvitation(link)
  return result.ok ? result.value : null
})
const joined = await device.engine.joinGroup({ group: opened.group, memberName: 'Ana' })
if (!joined.ok) throw new Error(joined.error.kind)
process.on('message', () => device.engine.signalIsBack())
process.send?.('joined')

const queue: Tile[] = []
const seen = new Set<string>()
let kept = 0
while (kept < wanted) {
  await findNew()
  await Promise.all(Array.from({ length: atOnce }, fetchQueued))
  if (queue.length === 0) await new Promise((resolve) => setTimeout(resolve, 20))
}
process.send?.({ doneMs: Date.now() })

async function findNew(): Promise<void> {
  const timeline = await library.timeline({})
  for (const tile of await library.tiles(timeline, 0, timeline.count)) {
    if (tile === null || seen.has(tile.item)) continue
    seen.add(tile.item)
    queue.push(tile)
  }
}

async function fetchQueued(): Promise<void> {
  for (let tile = queue.shift(); tile !== undefined; tile = queue.shift()) {
    const { group, original } = tile
    if (original === null) throw new Error('a photo has no original')
    if (await device.engine.fetchBlob({ group, blob: original })) kept++
    else queue.push(tile)
  }
}

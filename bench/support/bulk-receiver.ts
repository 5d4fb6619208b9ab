/**
 * The device B of the bench `bulk`, in a process of its own: joins by the link in `argv[2]` and keeps all originals
 * from then on, which it fetches, checks against their names and stores by itself. Says `joined`, connects again when
 * told anything, and says when it has `argv[3]` of them, `{doneMs}`.
 */
import type { BlobId } from '#lib/base/ids.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { eventually, startDevice } from '#tests/support/simulated-device.ts'

const [, , link = '', count = '0'] = process.argv
const wanted = Number(count)
const lookEveryMs = 50
const noBlob = '' as BlobId

const device = startDevice()
const opened = await eventually('the link opens', async () => {
  const result = await device.engine.openInvitation(link)
  return result.ok ? result.value : null
})
const { group } = opened
const joined = await device.engine.joinGroup({ group, memberName: 'Ana' })
if (!joined.ok) throw new Error(joined.error.kind)
const chosen = await device.engine.setKeeping({ group, keeping: 'originals' })
if (!chosen.ok) throw new Error(chosen.error.kind)
process.on('message', () => device.engine.signalIsBack())
process.send?.('joined')

const { index, blobs } = await createDeviceStore(device.disk.mount()).openGroup(group)
while ((await originalsHere()) < wanted)
  await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
process.send?.({ doneMs: Date.now() })

async function originalsHere(): Promise<number> {
  const here = await blobs.list()
  const rows = await index.rows([...((await index.head())?.slots ?? [])])
  return rows.filter((row) => here.has(row?.original?.blob ?? noBlob)).length
}

/**
 * Budget: 300 imported (sealed) photos, device → relay → device, verified and not opened, at ≥ 60 % of the
 * rate of plain HTTP PUT + GET of the same bytes (docs/design.md §13).
 *
 * Both devices are the real engine in Node, each in its own process, with its disk in memory and without a
 * decoder (tests/support/simulated-device.ts): nothing here says how quick a *browser* is. The relay is the
 * real process on its disk. Sealing is done before the clock starts: the relay is down meanwhile. The clock
 * runs from the relay's return to the moment B, which keeps originals, has stored every one of them: it includes
 * reconnecting, and the thumbnails and previews, which go first.
 * Plain HTTP in the same run: a bare Node server that syncs every file, four uploads at once, each followed
 * by its download. Real camera files, varied so that no two are alike; BENCH_PHOTOS makes them fewer.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { basename, join } from 'node:path'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import { cameraPhotos } from '#tests/support/photos.ts'
import { eventually, startDevice } from '#tests/support/simulated-device.ts'
import { startRelay } from '#tests/support/start-relay.ts'
import { timePlainHttp } from './support/plain-http.ts'
import { report, rounded, tell } from './support/report.ts'

const limit = 0.6
const count = Number(process.env.BENCH_PHOTOS ?? 300)
const patienceMs = 600_000

const relay = await startRelay({ MANTEL_LOG: 'error' })
const sam = startDevice()
const files = cameraPhotos(count).map(
  (photo) => new File([photo.read()], basename(photo.name), { type: 'image/jpeg' }),
)
const megabytes = files.reduce((sum, { size }) => sum + size, 0) / 1e6
try {
  const place = await startGroup()
  const receiver = await startReceiver(place.group)
  await relay.kill()
  await importAll(place)
  const seconds = await transfer(receiver)
  receiver.kill()
  const plainSeconds = Math.min(await timePlainHttp(files, 4), await timePlainHttp(files, 4))
  tell(`${count} photos, ${megabytes.toFixed(0)} MB`)
  tell(`Mantel ${seconds.toFixed(1)} s, ${(megabytes / seconds).toFixed(0)} MB/s`)
  tell(`plain HTTP ${plainSeconds.toFixed(1)} s, ${(megabytes / plainSeconds).toFixed(0)} MB/s`)
  const value = rounded(plainSeconds / seconds)
  report({ name: 'bulk', value, unit: '× plain HTTP', limit, ok: value >= limit })
} finally {
  await sam.close()
  await relay.dispose()
}

async function startGroup(): Promise<{ group: GroupId; album: DocId }> {
  const started = await sam.engine.startGroup({
    ...{ groupName: 'Family', memberName: 'Sam' },
    ...{ address: relay.origin, hostingCode: relay.hostingCode() },
  })
  if (!started.ok) throw new Error(started.error.kind)
  return started.value
}

async function startReceiver(group: GroupId) {
  const invited = await sam.engine.invite({ group, role: 'contributor', uses: 1, days: 7 })
  if (!invited.ok) throw new Error(invited.error.kind)
  const program = join(import.meta.dirname, 'support/bulk-receiver.ts')
  const receiver = fork(program, [invited.value.link, String(count)])
  await once(receiver, 'message')
  // The epoch that a used-up invitation calls for is made before photos are sealed.
  await new Promise((resolve) => setTimeout(resolve, 2000))
  return receiver
}

async function importAll(place: { group: GroupId; album: DocId }): Promise<void> {
  const startedMs = performance.now()
  const added = await sam.engine.addPhotos({ ...place, files: files.map((file) => ({ file })) })
  if (!added.ok || added.value.taken !== count) throw new Error('not all photos were taken in')
  await eventually(
    'all photos are sealed',
    async () => (await sam.engine.overview()).groups[0]?.albums[0]?.count === count,
    patienceMs,
  )
  const seconds = (performance.now() - startedMs) / 1000
  tell(`taken in and sealed: ${(count / seconds).toFixed(0)} photos/s`)
}

/** Seconds from the relay's return until the receiver has everything. */
async function transfer(receiver: Awaited<ReturnType<typeof startReceiver>>): Promise<number> {
  const done = once(receiver, 'message') as Promise<[{ readonly doneMs: number }]>
  await relay.restart()
  const startedMs = Date.now()
  sam.engine.signalIsBack()
  receiver.send('signal')
  const [{ doneMs }] = await done
  return (doneMs - startedMs) / 1000
}

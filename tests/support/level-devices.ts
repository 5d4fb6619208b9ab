/** Whether simulated devices hold the same, and what each holds where they never do. */
import type { DocId } from '#lib/base/ids.ts'
import { until, type SimulatedReplica } from './simulated-replicas.ts'

/**
 * Waits until these devices have sent everything and hold the same entries and album, and `holds` of each; fails with
 * what each holds. `others` are kept awake too.
 */
export async function untilLevel(
  sentence: string,
  album: DocId,
  standing: () => {
    readonly devices: readonly SimulatedReplica[]
    readonly others?: readonly SimulatedReplica[]
    readonly holds: (device: SimulatedReplica) => boolean
  },
): Promise<void> {
  const areLevel = async (): Promise<boolean> => {
    const { devices, others = [], holds } = standing()
    for (const device of [...devices, ...others]) device.connections().kick()
    for (const device of devices) if ((await device.store().entries.outboxCount()) > 0) return false
    return devices.every((one) => holds(one) && isLevel(one, devices[0] ?? one, album))
  }
  await until(sentence, areLevel).catch(async (cause: unknown) => {
    const told = await Promise.all(
      standing().devices.map((one) => howItStands(one, standing, album)),
    )
    throw new Error(told.join('\n'), { cause })
  })
}

function isLevel(device: SimulatedReplica, other: SimulatedReplica, album: DocId): boolean {
  const heads = (one: SimulatedReplica) => [...one.replica().documents.heads(album)].sort().join()
  return heads(device) === heads(other) && idsOf(device).size === idsOf(other).size
}

async function howItStands(
  device: SimulatedReplica,
  standing: () => { readonly devices: readonly SimulatedReplica[] },
  album: DocId,
): Promise<string> {
  const { log, documents, ring } = device.replica()
  const epoch = device.replica().state()?.cleanEpoch ?? null
  const first = standing().devices[0] ?? device
  const elsewhere = idsOf(first)
  const more = [...idsOf(device)].filter(([id, what]) => elsewhere.get(id) !== what)
  const less = [...elsewhere].filter(([id, what]) => idsOf(device).get(id) !== what)
  return JSON.stringify({
    device: device.name,
    id: device.replica().me()?.device,
    place: device.connections().places()[0]?.state,
    unsent: await device.store().entries.outboxCount(),
    heads: documents.heads(album),
    entries: idsOf(device).size,
    moreThanTheFirst: more.map(([, what]) => what),
    lessThanTheFirst: less.map(([, what]) => what),
    authors: [...log.graph.authors()].map(([author, seq]) => `${author.slice(0, 6)}:${seq}`),
    missing: log.graph.missing().size,
    epoch,
    hasKey: epoch !== null && ring.has(epoch),
  })
}

/** Every entry of a device, with who wrote it, which of theirs it is and its kind. */
function idsOf(device: SimulatedReplica): Map<string, string> {
  const { log } = device.replica()
  return new Map(
    [...log.records()].map(({ id, author, seq, kind, quarantine }) => [
      id,
      `${author.slice(0, 6)}:${seq} ${kind} ${quarantine ?? ''} ${log.graph.counts(id) ? 'counts' : 'does not count'}`,
    ]),
  )
}

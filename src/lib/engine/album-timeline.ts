/** Timelines of albums that are ordered oldest first or by hand. Small ones, as a rule: whole rows are read. */
import { compareByHand } from '#lib/albums/album-arranging.ts'
import type { DeviceStore } from '#lib/ports/group-store.ts'
import type { Timeline } from './library.ts'

/** The timeline of one album in another order; of what has gone meanwhile nothing is kept. */
export async function reordered(
  device: DeviceStore,
  shown: Timeline,
  order: 'oldest' | 'hand',
): Promise<Timeline> {
  const positions =
    order === 'oldest'
      ? Array.from({ length: shown.count }, (_, n) => shown.count - 1 - n)
      : await byHand(device, shown)
  return {
    ...{ count: positions.length, groups: shown.groups, order },
    takenMs: Float64Array.from(positions, (at) => shown.takenMs[at] ?? 0),
    aspect: Uint16Array.from(positions, (at) => shown.aspect[at] ?? 0),
    slots: Uint32Array.from(positions, (at) => shown.slots[at] ?? 0),
    groupOf: new Uint16Array(positions.length),
  }
}

async function byHand(device: DeviceStore, { groups, slots }: Timeline): Promise<number[]> {
  const [group] = groups
  if (group === undefined) return []
  const rows = await (await device.openGroup(group)).index.rows([...slots])
  return rows
    .flatMap((row, at) => (row === null ? [] : [{ ...row, id: row.item, at }]))
    .sort(compareByHand)
    .map(({ at }) => at)
}

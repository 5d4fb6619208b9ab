/** Timelines from the heads of several indexes: filtered, merged by time, packed. Pure. */
import type { DocId, GroupId } from '#lib/base/ids.ts'
import type { IndexHead } from '#lib/ports/index-store.ts'
import type { Timeline } from './library.ts'

export const emptyTimeline: Timeline = packed([], 0)

/** One group's timeline; only that album where one is given, else without the copies. */
export function timelineOf(group: GroupId, head: IndexHead, album?: DocId): Timeline {
  if (album === undefined && !head.copy.includes(1)) {
    const { count, takenMs, aspect, slots } = head
    return { count, takenMs, aspect, slots, groupOf: new Uint16Array(count), groups: [group] }
  }
  const wanted = album === undefined ? -1 : head.albums.indexOf(album)
  const timeline = packed([group], album !== undefined && wanted < 0 ? 0 : head.count)
  let count = 0
  for (let n = 0; n < timeline.count; n++) {
    if (album === undefined ? head.copy[n] === 1 : head.albumOf[n] !== wanted) continue
    timeline.takenMs[count] = head.takenMs[n] ?? 0
    timeline.aspect[count] = head.aspect[n] ?? 0
    timeline.slots[count++] = head.slots[n] ?? 0
  }
  return cut(timeline, count)
}

/** Both, newest first; of two taken at once the one of the first timeline comes first. */
export function mergeTimelines(a: Timeline, b: Timeline): Timeline {
  if (a.count === 0) return b
  if (b.count === 0) return a
  const merged = packed([...a.groups, ...b.groups], a.count + b.count)
  let [fromA, fromB] = [0, 0]
  for (let n = 0; n < merged.count; n++) {
    const isA =
      fromB >= b.count || (fromA < a.count && (a.takenMs[fromA] ?? 0) >= (b.takenMs[fromB] ?? 0))
    const [source, at] = isA ? [a, fromA++] : [b, fromB++]
    merged.takenMs[n] = source.takenMs[at] ?? 0
    merged.aspect[n] = source.aspect[at] ?? 0
    merged.slots[n] = source.slots[at] ?? 0
    merged.groupOf[n] = (source.groupOf[at] ?? 0) + (isA ? 0 : a.groups.length)
  }
  return merged
}

/** Positions [from, to) of what was taken at that very moment. */
export function tieIn(
  { takenMs, count }: Timeline,
  wantedMs: number,
): { from: number; to: number } {
  const first = (isBefore: (other: number) => boolean): number => {
    let [low, high] = [0, count]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBefore(takenMs[middle] ?? 0)) low = middle + 1
      else high = middle
    }
    return low
  }
  return { from: first((other) => other > wantedMs), to: first((other) => other >= wantedMs) }
}

function packed(groups: readonly GroupId[], count: number): Timeline {
  return {
    count,
    takenMs: new Float64Array(count),
    aspect: new Uint16Array(count),
    groupOf: new Uint16Array(count),
    slots: new Uint32Array(count),
    groups,
  }
}

function cut(timeline: Timeline, count: number): Timeline {
  return {
    count,
    takenMs: timeline.takenMs.slice(0, count),
    aspect: timeline.aspect.slice(0, count),
    groupOf: timeline.groupOf.slice(0, count),
    slots: timeline.slots.slice(0, count),
    groups: timeline.groups,
  }
}

/**
 * Timelines of photos that a search finds, or that a person holds dear: a part of a timeline, from the index alone.
 *
 * What was read of rows is kept per group as long as its index stays the same, so that the second letter costs no
 * reading. Reading and looking are cut into pieces, between which the page answers.
 * Source  docs/design.md §10
 */
import type { DocId, GroupId, MemberId } from '#lib/base/ids.ts'
import type { DeviceStore } from '#lib/ports/group-store.ts'
import type { IndexRow } from '#lib/ports/index-store.ts'
import { favouritesIn } from './favourites.ts'
import { cardOf } from './group-card.ts'
import type { Timeline, TimelineFilter } from './library.ts'
import { foldText, holdsWord, monthText, searchWords } from './search-words.ts'

/** What a search needs of a row. */
interface Found {
  readonly item: string
  readonly author: MemberId
  readonly album: DocId
  readonly text: string
}

export interface ChosenTimelines {
  /** The part of a timeline that the filter's text and favourites leave. */
  of(shown: Timeline, filter: TimelineFilter): Promise<Timeline>
}

const readAtOnce = 512
const lookAtOnce = 4000

export function createChosenTimelines(device: DeviceStore): ChosenTimelines {
  const read = new Map<GroupId, { revision: number; rows: Map<number, Found> }>()

  const rowsOf = async (group: GroupId, slots: readonly number[]): Promise<Map<number, Found>> => {
    const { index } = await device.openGroup(group)
    const revision = (await index.head())?.revision ?? 0
    const known = read.get(group)
    const rows = known?.revision === revision ? known.rows : new Map<number, Found>()
    read.set(group, { revision, rows })
    const missing = slots.filter((slot) => !rows.has(slot))
    for (let from = 0; from < missing.length; from += readAtOnce) {
      const some = missing.slice(from, from + readAtOnce)
      for (const [n, row] of (await index.rows(some)).entries())
        if (row !== null) rows.set(some[n] ?? -1, foundIn(row))
      await breathe()
    }
    return rows
  }

  return {
    async of(shown, { text = '', favourites = false }) {
      const words = searchWords(text)
      const names = await namesOf(device)
      const kept: number[] = []
      for (const [number, group] of shown.groups.entries()) {
        const mine = positionsOf(shown, number)
        const rows = await rowsOf(
          group,
          mine.map((at) => shown.slots[at] ?? -1),
        )
        const dear = favourites ? await favouritesIn(await device.openGroup(group)) : null
        const [albums, members] = [names.albums.get(group), names.members.get(group)]
        for (const [n, at] of mine.entries()) {
          if (n % lookAtOnce === lookAtOnce - 1) await breathe()
          const row = rows.get(shown.slots[at] ?? -1)
          if (row === undefined || dear?.has(row.item) === false) continue
          const month = words.length === 0 ? '' : monthText(shown.takenMs[at] ?? 0)
          const texts = [row.text, albums?.get(row.album) ?? '', members?.get(row.author) ?? '']
          if (words.every((word) => holdsWord([...texts, month], word))) kept.push(at)
        }
      }
      return partOf(
        shown,
        kept.sort((a, b) => a - b),
      )
    },
  }
}

function foundIn({ item, author, album, caption, name }: IndexRow): Found {
  return { item, author, album, text: foldText(`${caption} ${name}`) }
}

async function namesOf(device: DeviceStore) {
  const cards = (await device.groups()).map(cardOf).filter((card) => card !== null)
  const folded = <Id>(
    all: readonly { readonly id: Id; readonly name: string }[],
  ): Map<Id, string> => new Map(all.map(({ id, name }) => [id, foldText(name)]))
  return {
    albums: new Map(
      cards.map((card) => [
        card.id,
        folded(card.albums.map(({ id, title }) => ({ id, name: title }))),
      ]),
    ),
    members: new Map(cards.map((card) => [card.id, folded(card.members)])),
  }
}

function positionsOf({ count, groupOf }: Timeline, group: number): number[] {
  const positions: number[] = []
  for (let at = 0; at < count; at++) if (groupOf[at] === group) positions.push(at)
  return positions
}

function partOf(shown: Timeline, positions: readonly number[]): Timeline {
  return {
    ...shown,
    count: positions.length,
    takenMs: Float64Array.from(positions, (at) => shown.takenMs[at] ?? 0),
    aspect: Uint16Array.from(positions, (at) => shown.aspect[at] ?? 0),
    groupOf: Uint16Array.from(positions, (at) => shown.groupOf[at] ?? 0),
    slots: Uint32Array.from(positions, (at) => shown.slots[at] ?? 0),
  }
}

/** Lets the page answer to fingers and paint. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

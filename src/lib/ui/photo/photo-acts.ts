/** What a person does with photos. */
import type { DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import type { ChangeProblem } from '#lib/engine/api.ts'
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { pickingWords } from '#lib/ui/shared/words-of-picking.ts'
import { words } from '#lib/ui/shared/words.ts'
import { viewerWords } from '#lib/ui/shared/words-of-viewer.ts'

interface Binning {
  /** They are out of it again. */
  readonly onBack?: () => void
  /** What is said besides. */
  readonly note?: string
}

/** Puts photos into the bin and offers to undo it; true where they are in the bin now. */
export async function binWithUndo(
  app: App,
  tiles: readonly Tile[],
  { onBack, note = '' }: Binning = {},
): Promise<boolean> {
  const binned = await setBinned(app, tiles, true)
  if (binned.length === 0) return false
  const bringBack = async () => {
    const back = await setBinned(app, binned, false)
    if (back.length === binned.length) app.toasts.show({ text: viewerWords.broughtBack })
    if (back.length > 0) onBack?.()
  }
  const told =
    binned.length === 1 ? viewerWords.movedToBin : viewerWords.movedManyToBin(binned.length)
  app.toasts.show({
    text: `${told} ${note}`.trim(),
    action: { label: words.undo, run: () => void bringBack() },
  })
  return binned.length === tiles.length
}

/** Those with which it is done; of the first group with which it is not, why is said. */
async function setBinned(app: App, tiles: readonly Tile[], binned: boolean): Promise<Tile[]> {
  const done: Tile[] = []
  for (const [group, own] of byGroup(tiles)) {
    const items = own.map(({ item }) => item)
    const result = await app.client.engine.setBinned({ group, items, binned })
    if (!result.ok) {
      app.toasts.show({ text: words.problem(result.error) })
      break
    }
    done.push(...own)
  }
  return done
}

/** Photos by the group they are in. */
export function byGroup(tiles: readonly Tile[]): Map<GroupId, Tile[]> {
  const groups = new Map<GroupId, Tile[]>()
  for (const tile of tiles) groups.set(tile.group, [...(groups.get(tile.group) ?? []), tile])
  return groups
}

/** `move`: they leave the album they are in; `copy`: they show in both. */
export type AlbumWay = 'move' | 'copy'

interface ToAlbum {
  /** Of one group. */
  readonly tiles: readonly Tile[]
  readonly album: { readonly id: DocId; readonly title: string }
  readonly way: AlbumWay
}

/** Puts photos into an album of their group and offers to undo it; true where they are there now. */
export async function putIntoAlbum(app: App, { tiles, album, way }: ToAlbum): Promise<boolean> {
  const group = tiles[0]?.group
  if (group === undefined) return false
  const to = { group, items: tiles.map(({ item }) => item), album: album.id }
  const put = way === 'move' ? await moveThere(app, to) : await copyThere(app, to)
  if (put === null) return false
  const told = way === 'move' ? pickingWords.movedTo : pickingWords.copiedTo
  const undo = async () => {
    const { isPart, problem } = await put.undo()
    const text =
      problem === null
        ? pickingWords.undone
        : pickingWords.notUndone(isPart, words.problem(problem))
    app.toasts.show({ text })
    await app.refresh()
  }
  app.toasts.show(
    put.count === 0
      ? { text: pickingWords.thereAlready(album.title) }
      : {
          text: told(put.count, album.title),
          action: { label: words.undo, run: () => void undo() },
        },
  )
  await app.refresh()
  return true
}

interface Put {
  readonly count: number
  undo(): Promise<Undone>
}
interface Undone {
  /** Whether some of it is as it was, though not all. */
  readonly isPart: boolean
  readonly problem: ChangeProblem | null
}
interface Target {
  readonly group: GroupId
  readonly items: readonly ItemId[]
  readonly album: DocId
}

async function moveThere(app: App, to: Target): Promise<Put | null> {
  const { engine } = app.client
  const moved = await engine.moveToAlbum(to)
  if (!moved.ok) {
    app.toasts.show({ text: words.problem(moved.error) })
    return null
  }
  const { from } = moved.value
  return {
    count: from.filter(({ album }) => album !== to.album).length,
    async undo() {
      let isPart = false
      for (const album of new Set(from.map((one) => one.album))) {
        const those = from.filter((one) => one.album === album)
        const back = await engine.moveBack({ group: to.group, from: those })
        if (!back.ok) return { isPart, problem: back.error }
        isPart = true
      }
      return { isPart, problem: null }
    },
  }
}

async function copyThere(app: App, to: Target): Promise<Put | null> {
  const { engine } = app.client
  const copied = await engine.copyToAlbum(to)
  if (!copied.ok) {
    app.toasts.show({ text: words.problem(copied.error) })
    return null
  }
  const items = copied.value.copies
  return {
    count: items.length,
    async undo() {
      const gone = await engine.setBinned({ group: to.group, items, binned: true })
      return { isPart: false, problem: gone.ok ? null : gone.error }
    },
  }
}

/** Moves the dates of photos by as much each, and says of which time zone they are unless that is kept; offers to undo it. */
export async function moveDates(
  app: App,
  tiles: readonly Tile[],
  { byMs, zone }: { readonly byMs: number; readonly zone: number | null | 'kept' },
): Promise<boolean> {
  const moved = tiles.map((tile) => ({
    ...tile,
    takenMs: tile.takenMs + byMs,
    offsetMinutes: zone === 'kept' ? tile.offsetMinutes : zone,
  }))
  if (!(await setTaken(app, moved))) return false
  const undo = async () => {
    if (await setTaken(app, tiles)) app.toasts.show({ text: pickingWords.datesBack(tiles.length) })
  }
  app.toasts.show({
    text: pickingWords.datesSaved(tiles.length),
    action: { label: words.undo, run: () => void undo() },
  })
  return true
}

/** As these tiles say; of the first group with which it cannot be done, why is said. */
async function setTaken(app: App, tiles: readonly Tile[]): Promise<boolean> {
  for (const [group, own] of byGroup(tiles)) {
    const items = own.map(({ item, takenMs, offsetMinutes }) => ({ item, takenMs, offsetMinutes }))
    const saved = await app.client.engine.setTaken({ group, items })
    if (saved.ok) continue
    app.toasts.show({ text: words.problem(saved.error) })
    return false
  }
  return true
}

/**
 * What can be done with picked photos, in the order in which the bar shows it: one entry each, and nothing else to
 * touch for a new one. What most people seldom want is behind *More*.
 */
import type { Component } from 'svelte'
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right'
import CalendarClock from '@lucide/svelte/icons/calendar-clock'
import Copy from '@lucide/svelte/icons/copy-plus'
import Download from '@lucide/svelte/icons/download'
import FileArchive from '@lucide/svelte/icons/file-archive'
import FolderInput from '@lucide/svelte/icons/folder-input'
import Image from '@lucide/svelte/icons/image'
import MapPin from '@lucide/svelte/icons/map-pin'
import Share2 from '@lucide/svelte/icons/share-2'
import Trash2 from '@lucide/svelte/icons/trash-2'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { pickingWords } from '#lib/ui/shared/words-of-picking.ts'
import { viewerWords } from '#lib/ui/shared/words-of-viewer.ts'
import { words } from '#lib/ui/shared/words.ts'
import { wordsOfArchives } from '#lib/ui/shared/words-of-archives.ts'
import { exportTiles } from './export-tiles.ts'
import { binWithUndo } from './photo-acts.ts'
import { canShareFiles, saveAllToDevice, sharePhotos } from './photo-files.ts'

/** What is asked in a dialog before an act. */
export type Question = 'album' | 'group' | 'dates' | 'place'

/** Photos to do something with, one at least. */
export interface Picked {
  readonly tiles: readonly Tile[]
  /** How many more are picked, and stay out because the person may not change them. */
  readonly leftOut: number
}

export interface PickedPlace {
  readonly app: App
  /** The album whose photos they are picked from; null where all are shown. */
  readonly album: { readonly group: GroupId; readonly album: DocId } | null
  /** Asks in a dialog, which does it too; true where it is done. */
  readonly ask: (question: Question, picked: Picked) => Promise<boolean>
  /** Lets the person say where in the album they go, and puts them there. */
  readonly arrange: (tiles: readonly Tile[]) => Promise<boolean>
}

export interface SelectionAct {
  readonly label: string
  readonly icon: Component<{ size?: number | string; 'aria-hidden'?: 'true' }>
  /** Whether it changes what all see, and so is only for who may. */
  readonly changes: boolean
  readonly isRare: boolean
  /** How many it can be done with; any number where absent. */
  readonly most?: number
  /** True where it is done and the selection can end. */
  run(picked: Picked): Promise<boolean>
}

export function selectionActs(place: PickedPlace): readonly SelectionAct[] {
  const { app, album, ask } = place
  const seen = { changes: false, isRare: false }
  const changing = { changes: true, isRare: false }
  const rare = { changes: true, isRare: true }
  return [
    {
      ...{ ...seen, label: viewerWords.download, icon: Download },
      async run({ tiles }) {
        await saveAllToDevice(app, tiles)
        return true
      },
    },
    {
      ...{ ...changing, label: pickingWords.toAlbum, icon: FolderInput },
      run: (picked) => ask('album', picked),
    },
    {
      ...{ ...changing, label: viewerWords.moveToBin, icon: Trash2 },
      run: ({ tiles, leftOut }) =>
        binWithUndo(app, tiles, { note: leftOut === 0 ? '' : pickingWords.leftOut(leftOut) }),
    },
    ...(canShareFiles() ? [shareAct(app)] : []),
    {
      ...{ ...rare, changes: false, label: viewerWords.copyToGroup, icon: Copy },
      run: (picked) => ask('group', picked),
    },
    {
      ...{ ...rare, changes: false, label: wordsOfArchives.export, icon: FileArchive },
      run({ tiles }) {
        exportTiles(app, tiles)
        return Promise.resolve(true)
      },
    },
    {
      ...{ ...rare, label: pickingWords.setDates, icon: CalendarClock },
      run: (picked) => ask('dates', picked),
    },
    {
      ...{ ...rare, label: pickingWords.setPlaces, icon: MapPin },
      run: (picked) => ask('place', picked),
    },
    ...(album === null ? [] : albumActs(place, album)),
  ]
}

/** More at once are more than most sheets, and the apps behind them, take. */
const mostShared = 30

function shareAct(app: App): SelectionAct {
  return {
    ...{ label: viewerWords.share, icon: Share2, changes: false, isRare: true, most: mostShared },
    async run({ tiles }) {
      await sharePhotos(app, tiles)
      return true
    },
  }
}

function albumActs(
  { app, arrange }: PickedPlace,
  { group, album }: { readonly group: GroupId; readonly album: DocId },
): SelectionAct[] {
  return [
    {
      ...{ label: pickingWords.useAsCover, icon: Image, changes: true, isRare: true, most: 1 },
      async run({ tiles: [tile] }) {
        if (tile === undefined) return false
        const cover = { group, album, item: tile.item }
        const done = await app.client.engine.setAlbumCover(cover)
        app.toasts.show({ text: done.ok ? pickingWords.coverSaved : words.problem(done.error) })
        await app.refresh()
        return done.ok
      },
    },
    {
      ...{ label: pickingWords.arrange, icon: ArrowLeftRight, changes: true, isRare: true },
      run: ({ tiles }) => arrange(tiles),
    },
  ]
}

/**
 * What can be done with picked photos, in the order in which the bar shows it: one entry each, and nothing else to
 * touch for a new one.
 */
import type { Component } from 'svelte'
import Download from '@lucide/svelte/icons/download'
import FileArchive from '@lucide/svelte/icons/file-archive'
import Trash2 from '@lucide/svelte/icons/trash-2'
import type { Tile } from '#lib/engine/library.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { words } from '#lib/ui/shared/words.ts'
import { wordsOfArchives } from '#lib/ui/shared/words-of-archives.ts'
import { exportTiles } from './export-tiles.ts'
import { binWithUndo } from './photo-acts.ts'
import { saveToDevice } from './photo-files.ts'

export interface SelectionAct {
  readonly label: string
  readonly icon: Component<{ size?: number | string; 'aria-hidden'?: 'true' }>
  /** Whether it changes what all see, and so is only for who may. */
  readonly changes: boolean
  /** True where it is done and the selection can end. */
  run(tiles: readonly Tile[]): Promise<boolean>
}

export function selectionActs(app: App): readonly SelectionAct[] {
  return [
    {
      label: words.download,
      icon: Download,
      changes: false,
      async run(tiles) {
        for (const tile of tiles) await saveToDevice(app, tile)
        return true
      },
    },
    {
      label: wordsOfArchives.export,
      icon: FileArchive,
      changes: false,
      run(tiles) {
        exportTiles(app, tiles)
        return Promise.resolve(true)
      },
    },
    {
      label: words.moveToBin,
      icon: Trash2,
      changes: true,
      run: (tiles) =>
        binWithUndo(
          app,
          tiles.filter((tile) => app.mayChange(tile.group)),
        ),
    },
  ]
}

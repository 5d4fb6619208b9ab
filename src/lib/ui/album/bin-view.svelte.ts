/** What is in a group's bin, and what a person has chosen of it. */
import { SvelteSet } from 'svelte/reactivity'
import type { DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import type { Bin } from '#lib/engine/album-api.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { Followed } from '#lib/ui/shared/followed.svelte.ts'
import { words } from '#lib/ui/shared/words.ts'
import { albumWords } from '#lib/ui/shared/words-of-albums.ts'

/** Null where the group is not here (any more). */
export class BinContent extends Followed<Bin | null> {
  readonly chosen = new SvelteSet<ItemId>()
  readonly #app: App
  readonly #group: GroupId

  constructor(app: App, group: GroupId) {
    super(app, () => app.client.engine.bin(group))
    this.#app = app
    this.#group = group
  }

  toggle(item: ItemId): void {
    if (!this.chosen.delete(item)) this.chosen.add(item)
  }

  /** All, or none where all are chosen. */
  toggleAll(): void {
    const all = this.value?.photos ?? []
    const isAll = this.chosen.size >= all.length
    this.chosen.clear()
    if (!isAll) for (const { item } of all) this.chosen.add(item)
  }

  async restore(): Promise<void> {
    const [group, items] = [this.#group, [...this.chosen]]
    const done = await this.#app.client.engine.setBinned({ group, items, binned: false })
    this.#app.toasts.show({
      text: done.ok ? albumWords.restored(items.length) : words.problem(done.error),
    })
    this.chosen.clear()
    await this.refresh()
  }

  async restoreAlbum(album: DocId, title: string): Promise<void> {
    const change = { group: this.#group, album, binned: false }
    const done = await this.#app.client.engine.setAlbumBinned(change)
    this.#app.toasts.show({
      text: done.ok ? albumWords.albumBack(title) : words.problem(done.error),
    })
    await this.refresh()
  }

  /** For good: what is chosen, or all. */
  async empty(what: 'chosen' | 'all'): Promise<void> {
    const done = await this.#app.client.engine.emptyBin({
      group: this.#group,
      ...(what === 'chosen' ? { items: [...this.chosen] } : {}),
    })
    const text = done.ok ? albumWords.deletedForGood(done.value.deleted) : words.problem(done.error)
    this.#app.toasts.show({ text })
    this.chosen.clear()
    await this.refresh()
  }
}

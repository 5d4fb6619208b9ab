/** What Mantel takes on this device, read again whenever that changes. */
import type { GroupStorage, Keeping, StorageFigures } from '#lib/engine/storage-api.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { Followed } from '#lib/ui/shared/followed.svelte.ts'
import { words } from '#lib/ui/shared/words.ts'
import { settingsWords } from '#lib/ui/shared/words-of-settings.ts'
import { wordsOfStorage } from '#lib/ui/shared/words-of-storage.ts'

export class StorageView {
  readonly #app: App
  readonly #figures: Followed<StorageFigures>

  constructor(app: App) {
    this.#app = app
    this.#figures = new Followed(app, () => app.client.engine.storage())
  }

  /** Null until they are read. */
  get figures(): StorageFigures | null {
    return this.#figures.value
  }

  get hasFailed(): boolean {
    return this.#figures.hasFailed
  }

  refresh(): Promise<void> {
    return this.#figures.refresh()
  }

  /** Until the returned function is called, what is given up or fetched shows. */
  follow(): () => void {
    return this.#app.listen(({ kind }) => {
      if (kind === 'storage') void this.#figures.refresh()
    })
  }

  /** Asks the browser to keep what is here; says so where it refuses. */
  async keep(): Promise<void> {
    const isKept = await this.#app.client.keepStorage()
    await this.#figures.refresh()
    if (!isKept) this.#app.toasts.show({ text: settingsWords.keepRefused })
  }

  async choose({ id, keeping, blobBytes, wouldTake }: GroupStorage, next: Keeping): Promise<void> {
    const chosen = await this.#app.client.engine.setKeeping({ group: id, keeping: next })
    await this.#figures.refresh()
    if (!chosen.ok) this.#app.toasts.show({ text: words.problem(chosen.error) })
    else if (next === keeping || blobBytes > wouldTake[next])
      this.#app.toasts.show({ text: wordsOfStorage.freeing })
  }
}

/** What was said under one photo, kept up to date while somebody reads it, and what they say themselves. */
import { createSubscriber } from 'svelte/reactivity'
import type { EntryId } from '#lib/base/ids.ts'
import type { Result } from '#lib/base/result.ts'
import type { Tile } from '#lib/engine/library.ts'
import type { CommentCard, TalkCard, TalkProblem } from '#lib/engine/talk-api.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { words } from '#lib/ui/shared/words.ts'
import { viewerWords } from '#lib/ui/shared/words-of-viewer.ts'

export class TalkView {
  readonly #app: App
  readonly #about: Pick<Tile, 'group' | 'item'>
  readonly #follow: () => void
  #talk = $state.raw<TalkCard | null>(null)

  constructor(app: App, { group, item }: Pick<Tile, 'group' | 'item'>) {
    this.#app = app
    this.#about = { group, item }
    this.#follow = createSubscriber(() => {
      void this.refresh()
      return app.listen((event) => {
        if (event.kind === 'overview') void this.refresh()
      })
    })
  }

  /** Null until it has been read, and where the item has gone. */
  get talk(): TalkCard | null {
    this.#follow()
    return this.#talk
  }

  async refresh(): Promise<void> {
    try {
      this.#talk = await this.#app.client.engine.talk(this.#about)
    } catch (cause) {
      reportError(cause)
    }
  }

  /** A comment that somebody has begun and not sent. */
  get draft(): string {
    return this.#app.drafts.get(this.#key) ?? ''
  }

  set draft(text: string) {
    if (text === '') this.#app.drafts.delete(this.#key)
    else this.#app.drafts.set(this.#key, text)
  }

  get #key(): string {
    return `${this.#about.group}/${this.#about.item}`
  }

  /** True where it was said. */
  async comment(text: string): Promise<boolean> {
    const isSaid = await this.#settle(this.#app.client.engine.comment({ ...this.#about, text }))
    if (isSaid && this.draft === text) this.draft = ''
    return isSaid
  }

  correct(comment: EntryId, text: string): Promise<boolean> {
    return this.#settle(this.#app.client.engine.correctComment({ ...this.#about, comment, text }))
  }

  /** One's own can be said again; an admin's word about another's is final. */
  async delete({ id, isMine, text }: CommentCard): Promise<void> {
    const { engine } = this.#app.client
    const isDone = await this.#settle(engine.deleteComment({ ...this.#about, comment: id }))
    if (!isDone) return
    const undo = { label: words.undo, run: () => void this.comment(text) }
    this.#app.toasts.show({
      text: viewerWords.commentDeleted,
      ...(isMine ? { action: undo } : {}),
    })
  }

  react(reaction: string | null): Promise<boolean> {
    return this.#settle(this.#app.client.engine.react({ ...this.#about, reaction }))
  }

  async #settle(saying: Promise<Result<unknown, TalkProblem>>): Promise<boolean> {
    const said = await saying
    if (!said.ok) this.#app.toasts.show({ text: words.problem(said.error) })
    await this.refresh()
    return said.ok
  }
}

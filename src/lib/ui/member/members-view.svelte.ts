/** The people of one group, kept up to date while a screen shows them. */
import { createSubscriber } from 'svelte/reactivity'
import type { GroupId } from '#lib/base/ids.ts'
import type { LeavingFacts, MembersOverview } from '#lib/engine/member-api.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'

/** What is asked of the engine whenever it says that something changed. */
class Followed<T> {
  readonly #ask: () => Promise<T>
  readonly #follow: () => void
  #value = $state.raw<T | null>(null)
  #hasFailed = $state(false)
  #reading: 'idle' | 'reading' | 'again' = 'idle'

  constructor(app: App, ask: () => Promise<T>) {
    this.#ask = ask
    this.#follow = createSubscriber(() => {
      void this.refresh()
      return app.listen((event) => {
        if (event.kind === 'overview') void this.refresh()
      })
    })
  }

  get value(): T | null {
    this.#follow()
    return this.#value
  }

  get hasFailed(): boolean {
    return this.#hasFailed
  }

  /** Asks again; what changes meanwhile leads to one more reading. */
  async refresh(): Promise<void> {
    if (this.#reading !== 'idle') {
      this.#reading = 'again'
      return
    }
    this.#reading = 'reading'
    try {
      this.#value = await this.#ask()
      this.#hasFailed = false
    } catch (cause) {
      this.#hasFailed = true
      reportError(cause)
    }
    const isStale = (this.#reading as string) === 'again'
    this.#reading = 'idle'
    if (isStale) void this.refresh()
  }
}

/** Who is in a group. */
export class MembersView extends Followed<MembersOverview | null> {
  constructor(app: App, group: GroupId) {
    super(app, () => app.client.engine.members(group))
  }
}

/** What to know before leaving a group. */
export class LeavingView extends Followed<LeavingFacts | null> {
  constructor(app: App, group: GroupId) {
    super(app, () => app.client.engine.leaving(group))
  }
}

/** What screens ask of the engine, kept up to date while one shows it. */
import { createSubscriber } from 'svelte/reactivity'
import type { App } from './app.svelte.ts'

/** What is asked of the engine whenever it says that something changed. */
export class Followed<T> {
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

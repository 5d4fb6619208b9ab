/**
 * What becomes of chosen files, said in a few sentences however many they are: the first of a kind by its name, more of
 * them by their number.
 */
import type { ImportNotice } from '#lib/engine/api.ts'
import type { Toasts } from './toasts.svelte.ts'
import { words } from './words.ts'

/** Whoever listens hears one sentence of each kind, not one for each file. */
const gatherMs = 400
/** After so long a silence the next files are counted anew. */
const forgetMs = 6000

export class ImportNews {
  readonly #toasts: Toasts
  readonly #heard = new Map<string, ImportNotice[]>()
  readonly #changed = new Set<string>()
  #telling: ReturnType<typeof setTimeout> | null = null
  #forgetting: ReturnType<typeof setTimeout> | null = null

  constructor(toasts: Toasts) {
    this.#toasts = toasts
  }

  /** Further files have been chosen: what is said from now on is of them. */
  countAnew(): void {
    if (this.#telling !== null) {
      clearTimeout(this.#telling)
      this.#tell()
    }
    this.#heard.clear()
  }

  hear(notice: ImportNotice): void {
    const { outcome } = notice
    if (outcome.kind === 'added') return
    const topic = 'why' in outcome ? `${outcome.kind} ${outcome.why}` : outcome.kind
    const alike = this.#heard.get(topic) ?? []
    alike.push(notice)
    this.#heard.set(topic, alike)
    this.#changed.add(topic)
    this.#telling ??= setTimeout(() => this.#tell(), gatherMs)
    if (this.#forgetting !== null) clearTimeout(this.#forgetting)
    this.#forgetting = setTimeout(() => this.#heard.clear(), forgetMs)
  }

  #tell(): void {
    this.#telling = null
    for (const topic of this.#changed) {
      const text = words.importOutcomes(this.#heard.get(topic) ?? [])
      if (text !== null) this.#toasts.show({ text, topic })
    }
    this.#changed.clear()
  }
}

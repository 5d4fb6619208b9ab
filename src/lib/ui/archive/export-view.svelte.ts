/** One export as its dialog shows it: counted, then saved piece by piece until it is done, ended or broken. */
import type { ExportPlan, ExportWish } from '#lib/engine/archive-api.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { wordsInZip } from '#lib/ui/shared/words-of-archives.ts'

export type ExportPhase =
  'counting' | 'uncounted' | 'nothing' | 'ready' | 'saving' | 'done' | 'failed'

export class ExportView {
  readonly #app: App
  readonly #wishes: readonly ExportWish[]
  #phase = $state<ExportPhase>('counting')
  #plan = $state.raw<ExportPlan | null>(null)
  #photos = $state(0)
  #doneBytes = $state(0)
  #missing = $state.raw<readonly string[]>([])
  #isEnded = false

  constructor(app: App, wishes: readonly ExportWish[]) {
    this.#app = app
    this.#wishes = wishes
    void this.count()
  }

  get phase(): ExportPhase {
    return this.#phase
  }

  get plan(): ExportPlan | null {
    return this.#plan
  }

  get photos(): number {
    return this.#photos
  }

  get doneBytes(): number {
    return this.#doneBytes
  }

  get missing(): readonly string[] {
    return this.#missing
  }

  /** Looks through what is wished for; again where that failed. */
  async count(): Promise<void> {
    this.#phase = 'counting'
    try {
      const wishes = this.#wishes
      const planned = await this.#app.client.engine.planExport({ wishes, words: wordsInZip })
      if (planned.ok) this.#plan = planned.value
      this.#phase = planned.ok ? 'ready' : 'nothing'
      if (this.#isEnded) await this.end()
    } catch (cause) {
      this.#phase = 'uncounted'
      reportError(cause)
    }
  }

  /** To be called in answer to a tap: browsers show their dialog only then. */
  async save(): Promise<void> {
    const plan = this.#plan
    if (plan === null) return
    const saving = this.#app.client.saving()
    const file = await saving.then((by) => by.openFileSaving(plan.name)).catch(() => undefined)
    if (file === null || this.#isEnded) return
    if (file === undefined) {
      this.#phase = 'failed'
      return
    }
    this.#phase = 'saving'
    try {
      const isWhole = await this.#take(plan, (bytes) => file.write(bytes))
      if (isWhole) await file.close()
      else await file.abort()
      this.#phase = isWhole ? 'done' : 'failed'
    } catch (cause) {
      await file.abort()
      this.#phase = 'failed'
      reportError(cause)
    }
    await this.end()
  }

  /** Ends it at any moment; what was saved so far goes. */
  async end(): Promise<void> {
    this.#isEnded = true
    if (this.#plan !== null) await this.#app.client.engine.endExport(this.#plan.id)
  }

  async #take(plan: ExportPlan, write: (bytes: Uint8Array<ArrayBuffer>) => Promise<void>) {
    for (;;) {
      const piece = await this.#app.client.engine.exportPiece(plan.id)
      if (piece === null || this.#isEnded) return false
      this.#photos = piece.photos
      this.#doneBytes = piece.doneBytes
      this.#missing = piece.missing
      if (piece.bytes === null) return true
      await write(piece.bytes)
    }
  }
}

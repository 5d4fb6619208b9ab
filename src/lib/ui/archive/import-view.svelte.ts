/** Zips coming into a group as their dialog shows it: chosen, looked into, brought in until it is done or stopped. */
import type { DocId, GroupId } from '#lib/base/ids.ts'
import type { ZipContents, ZipImportOutcome, ZipImportProgress } from '#lib/engine/archive-api.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { words } from '#lib/ui/shared/words.ts'
import { wordsOfArchives } from '#lib/ui/shared/words-of-archives.ts'

export type ImportPhase = 'choosing' | 'reading' | 'ready' | 'running' | 'done'

const lookMs = 300

export class ImportView {
  readonly #app: App
  readonly #group: GroupId
  #phase = $state<ImportPhase>('choosing')
  #contents = $state.raw<ZipContents | null>(null)
  #progress = $state.raw<ZipImportProgress | null>(null)
  #outcome = $state.raw<ZipImportOutcome | null>(null)
  #problem = $state<string | null>(null)
  #isEnded = false

  constructor(app: App, group: GroupId) {
    this.#app = app
    this.#group = group
  }

  get phase(): ImportPhase {
    return this.#phase
  }

  get contents(): ZipContents | null {
    return this.#contents
  }

  get progress(): ZipImportProgress | null {
    return this.#progress
  }

  get outcome(): ZipImportOutcome | null {
    return this.#outcome
  }

  /** What went wrong, in words. */
  get problem(): string | null {
    return this.#problem
  }

  async open(files: readonly File[]): Promise<void> {
    if (files.length === 0) return
    this.#phase = 'reading'
    this.#problem = null
    try {
      const opened = await this.#app.client.engine.openZips(files)
      if (opened.ok) {
        this.#contents = opened.value
        this.#phase = 'ready'
        if (this.#isEnded) await this.end()
        return
      }
      this.#problem = wordsOfArchives.zipProblem(opened.error.kind, opened.error.name)
    } catch (cause) {
      this.#problem = words.broken
      reportError(cause)
    }
    this.#phase = 'choosing'
  }

  async run(album: DocId, byFolder: boolean): Promise<void> {
    const id = this.#contents?.id
    if (id === undefined) return
    this.#phase = 'running'
    const looking = setInterval(() => void this.#look(id), lookMs)
    try {
      const { engine } = this.#app.client
      const total = this.#contents?.photos ?? 0
      const done = await this.#app.handOver(total, () =>
        engine.importZips({ id, group: this.#group, album, byFolder }),
      )
      this.#phase = 'done'
      if (done === null) return
      if (done.ok) this.#outcome = done.value
      else if ('name' in done.error)
        this.#problem = wordsOfArchives.zipProblem(done.error.kind, done.error.name)
      else this.#problem = words.problem(done.error)
      void this.#app.client.keepStorage()
    } catch (cause) {
      this.#phase = 'done'
      this.#problem = words.broken
      reportError(cause)
    } finally {
      clearInterval(looking)
    }
  }

  /** Ends it at any moment; what came in stays. */
  async end(): Promise<void> {
    this.#isEnded = true
    if (this.#contents !== null) await this.#app.client.engine.endZips(this.#contents.id)
  }

  async #look(id: string): Promise<void> {
    this.#progress = (await this.#app.client.engine.zipProgress(id)) ?? this.#progress
  }
}

/**
 * What every screen shares: the client, what is known of all groups, notices. Made in the root layout.
 *
 * The overview is first read from the index on this thread, then followed through the engine's events;
 * events that arrive while a reading is under way lead to one more reading, not to many. What fails at the start is
 * tried again until it works: without it every screen would look as if there were no photos.
 */
import { createContext } from 'svelte'
import type { ExportWish } from '#lib/engine/archive-api.ts'
import type { AlbumCard, EngineEvent, GroupCard, Overview } from '#lib/engine/api.ts'
import type { Client } from '#lib/engine/client-types.ts'
import { askToStay } from './ask-to-stay.ts'
import { ImportNews } from './import-news.ts'
import { InstallPrompt } from './install-prompt.ts'
import { Retry } from './retry.ts'
import { Toasts } from './toasts.svelte.ts'

/** Photos to take out as a zip, or a group (and the album it was asked from) that some in zips go into. */
export type ZipWish =
  | { readonly wishes: readonly ExportWish[] }
  | { readonly group: GroupCard; readonly album: AlbumCard | null }

export interface AlbumPlace {
  readonly group: GroupCard
  readonly album: AlbumCard
}

/** Soon after each other, so that a storage which wakes up late is no news. */
const quietFailures = 2

export class App {
  readonly client: Client
  readonly toasts = new Toasts()
  readonly installPrompt = new InstallPrompt()
  readonly #importNews = new ImportNews(this.toasts)
  readonly #start = new Retry()
  /** What a person wants with zips, while the dialog for it is open; it stays open from screen to screen. */
  zip = $state.raw<ZipWish | null>(null)
  /** Answers for photos that wait for an album, while the person is asked for one; that stays, too. */
  answerAlbum = $state.raw<((where: AlbumPlace | null) => void) | null>(null)
  /** Comments begun and not sent, by group and item: kept while the page lives. */
  readonly drafts = new Map<string, string>()
  #overview = $state.raw<Overview | null>(null)
  #phase = $state<'loading' | 'ready' | 'failed'>('loading')
  #isUpdateReady = $state(false)
  #listeners = new Set<(event: EngineEvent) => void>()
  #handedOver = $state(0)
  #hasPainted = $state(false)
  #reading: Promise<void> | null = null
  #next: Promise<void> | null = null

  constructor(client: Client) {
    this.client = client
    void client.painted.then(() => (this.#hasPainted = true))
  }

  /** Whether this start of the app has shown its first screen. */
  get hasPainted(): boolean {
    return this.#hasPainted
  }

  /** Reads what is here, then follows the engine. Returns what ends it. */
  start(): () => void {
    void this.#open()
    const { engine, serviceWorker } = this.client
    serviceWorker.updateReady(
      () => (this.#isUpdateReady = true),
      () => this.#handedOver > 0,
    )
    const tellVisibility = () => void engine.setVisible(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', tellVisibility)
    return () => document.removeEventListener('visibilitychange', tellVisibility)
  }

  /** What is known of all groups; empty on a new device. */
  get overview(): Overview {
    return this.#overview ?? nothing
  }

  /** `loading` until it is known whether this device has groups, `failed` while that cannot be read. */
  get phase(): 'loading' | 'ready' | 'failed' {
    return this.#phase
  }

  get isUpdateReady(): boolean {
    return this.#isUpdateReady
  }

  get joined(): readonly GroupCard[] {
    return this.overview.groups.filter((group) => group.standing === 'joined')
  }

  /** Groups whose photos are this person's to look at: those left or lost included, visits not. */
  get kept(): readonly GroupCard[] {
    return this.overview.groups.filter((group) => group.standing !== 'visiting')
  }

  /** Whether this person may add to a group and change what is in it, on this device. */
  mayChange(id: string): boolean {
    const group = this.group(id)
    return group !== undefined && mayChangeIn(group)
  }

  group(id: string): GroupCard | undefined {
    return this.overview.groups.find((group) => group.id === id)
  }

  album(group: string, album: string): AlbumCard | undefined {
    return this.group(group)?.albums.find((card) => card.id === album)
  }

  /** Asks which album photos go to: null without an answer, as to a question that was open still. */
  askAlbum(): Promise<AlbumPlace | null> {
    this.answerAlbum?.(null)
    return new Promise((resolve) => {
      this.answerAlbum = (where) => {
        this.answerAlbum = null
        resolve(where)
      }
    })
  }

  /** Calls back on every event of the engine until the returned function is called. */
  listen(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether chosen files are on their way into an album. */
  get isAdding(): boolean {
    return this.#handedOver > 0 || this.overview.safety.importing !== null
  }

  /** Files that a person has chosen and whose fate no overview tells yet. */
  get handedOver(): number {
    return this.#handedOver
  }

  /**
   * Counts chosen files as waiting until `act` has taken them and an overview has been read since. Until then they
   * are not on this device, and whoever leaves the page is asked first.
   */
  async handOver<T>(files: number, act: () => Promise<T>): Promise<T> {
    this.#handedOver += files
    this.#importNews.countAnew()
    addEventListener('beforeunload', askToStay)
    try {
      const outcome = await act()
      await this.refresh()
      return outcome
    } finally {
      this.#handedOver -= files
      if (this.#handedOver === 0) removeEventListener('beforeunload', askToStay)
    }
  }

  /** Asks the engine again; for screens that have just changed something. Resolves with what was asked since. */
  refresh(): Promise<void> {
    if (this.#reading === null) {
      this.#reading = this.#read().finally(() => (this.#reading = null))
      return this.#reading
    }
    const startNext = () => {
      this.#next = null
      return this.refresh()
    }
    this.#next ??= this.#reading.then(startNext, startNext)
    return this.#next
  }

  async #read(): Promise<void> {
    this.#overview = await this.client.engine.overview()
    this.#phase = 'ready'
  }

  /** Reads what could not be read at the start, without waiting for the next time. */
  tryAgain(): void {
    this.#start.now()
  }

  async #open(): Promise<void> {
    const { engine, library } = this.client
    const read = async () => {
      this.#overview = await library.overview()
      this.#phase = 'ready'
    }
    const report = (cause: unknown, failures: number) => {
      if (failures === 1) reportError(cause)
    }
    await this.#start.until(read, (cause, failures) => {
      report(cause, failures)
      if (failures > quietFailures) this.#phase = 'failed'
    })
    await this.#start.until(() => engine.subscribe((event) => this.#hear(event)), report)
    await this.#start.until(() => this.refresh(), report)
    await engine.setVisible(document.visibilityState === 'visible').catch(reportError)
  }

  #hear(event: EngineEvent): void {
    if (event.kind === 'overview') void this.refresh()
    if (event.kind === 'import') this.#importNews.hear(event.notice)
    for (const listener of this.#listeners) listener(event)
  }
}

/** Whether photos go into this group from here: one that another has taken the place of is only looked at. */
export function mayChangeIn(group: GroupCard): boolean {
  return group.standing === 'joined' && group.role !== 'viewer' && group.continuedIn === null
}

const nothing: Overview = {
  groups: [],
  safety: {
    waiting: 0,
    offline: false,
    importing: null,
    sending: null,
    fetching: null,
    places: null,
    trouble: null,
  },
}

/** The app of this page, below the root layout. */
export const [useApp, provideApp] = createContext<App>()

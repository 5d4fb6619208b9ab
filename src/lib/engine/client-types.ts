/**
 * What a page holds of the engine: made once by `createClient` in the root layout, handed down by context.
 *
 * `engine`   the worker's API. Any call starts the worker, so nothing calls it before the first paint.
 *            `subscribe` takes a plain function here; the client wraps it for the worker.
 * `library`  reads the index on the page's own thread, without the worker.
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import type { EngineApi } from './api.ts'
import type { Library } from './library.ts'

/** The app's own service worker, as screens see it. */
export interface AppUpdates {
  /**
   * Calls back once when a new version waits to be used, or is used by another page already. A page that nobody looks at
   * is reloaded then instead, unless it is busy with what a reload would lose.
   */
  updateReady(callback: () => void, isBusy: () => boolean): void
  /** Switches to the new version and reloads the page. */
  update(): void
  /** Whether media addresses are answered in this page. */
  controlled(): boolean
  /** Fetches all of the app now, so that it opens without signal; a first visit does that later by itself. */
  keepApp(): void
}

/** A file on its way to the disk, piece by piece. */
export interface FileSaving {
  /** Resolves when the next piece may come; the bytes are not to be used any more. */
  write(bytes: Bytes): Promise<void>
  close(): Promise<void>
  abort(): Promise<void>
}

/** A rendition that is saved as a file. */
export interface OriginalToSave {
  readonly group: GroupId
  readonly blob: BlobId
  /** Plaintext bytes. */
  readonly size: number
  readonly name: string
}

/** `absent`: it cannot be had now; `broken`: it could not be had, or written, to its end; `stopped`: by the person. */
export type SavingOutcome = 'saved' | 'absent' | 'broken' | 'stopped'

export interface Saving {
  /** Begins to save a file, in answer to a tap; null where the person closed the system's dialog. */
  openFileSaving(name: string): Promise<FileSaving | null>
  /** Saves a rendition among the downloads, opened while it is written, from here or from where it is. */
  saveOriginal(
    engine: Pick<EngineApi, 'openPart'>,
    original: OriginalToSave,
  ): Promise<SavingOutcome>
}

/** Everything below the screens. */
export interface Client {
  readonly engine: EngineApi
  readonly library: Library
  /** Resolves once the first photos are on the screen, or there are none to wait for: what can wait, waits for it. */
  readonly painted: Promise<void>
  readonly serviceWorker: AppUpdates
  /**
   * An object URL of a rendition, for pages that the service worker does not control; null where it
   * cannot be had now. The caller revokes it.
   */
  objectUrl(group: GroupId, blob: BlobId): Promise<string | null>
  /**
   * An object URL of a picture that is too large to be shown as it is, or of a type that few browsers show (`mime`), in
   * more detail than its preview has; null where it cannot be had now, or made. The caller revokes it.
   */
  closerUrl(group: GroupId, blob: BlobId, mime: string): Promise<string | null>
  /** Asks the browser to keep this app's storage (only pages may); whether it promised. */
  keepStorage(): Promise<boolean>
  /** What saves files; loaded when it is first asked for. */
  saving(): Promise<Saving>
}

/**
 * Saves a file to disk piece by piece, so that it is never in memory as a whole: a zip by the system's dialog where pages
 * may write files; that zip elsewhere, and originals, as a download through the service worker; else into the browser's
 * own storage, and from there as a download.
 *
 * Errors  `write` and `close` reject where the disk is full or somebody stopped the download
 * Source  File System Access (WICG); wire/saved-file.ts; docs/design.md §10 "Export"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { toHex } from '#lib/base/bytes.ts'
import { platformRandom } from '#lib/base/ids.ts'
import { savedFileUrl, stayAwakeMs, type SaveRequest } from '#lib/wire/saved-file.ts'
import { streamOf } from '#lib/storage/media-reader.ts'
import type { EngineApi } from './api.ts'
import type { FileSaving, OriginalToSave, SavingOutcome } from './client-types.ts'

/** Where browsers that have it show a dialog for saving; not among TypeScript's types. */
interface SavingWindow {
  showSaveFilePicker?(options: {
    readonly suggestedName: string
    readonly types: readonly { readonly accept: Readonly<Record<string, readonly string[]>> }[]
  }): Promise<FileSystemFileHandle>
}

/** The worker's next step: on a phone that is busy it has to be started first. */
const stepWithinMs = 8000
const keepUrlMs = 60_000
const exportsFolder = 'exports'

/** Asks where to, if the browser can; null where the person closed the dialog. To be called in answer to a tap. */
export async function openFileSaving(name: string): Promise<FileSaving | null> {
  const { showSaveFilePicker } = window as SavingWindow
  if (showSaveFilePicker !== undefined) {
    try {
      const types = [{ accept: { 'application/zip': ['.zip'] } }]
      const handle = await showSaveFilePicker.call(window, { suggestedName: name, types })
      return intoWritable(await handle.createWritable())
    } catch (cause) {
      if (cause instanceof DOMException && cause.name === 'AbortError') return null
      // Refused (a frame, a policy, the tap too long ago): the other ways need no leave.
      if (!(cause instanceof DOMException)) throw cause
    }
  }
  return (await throughServiceWorker(name, null)) ?? throughStorage(name)
}

/** Saves a rendition among the downloads, without a dialog, as browsers save what is downloaded. */
export async function saveOriginal(
  engine: Pick<EngineApi, 'openPart'>,
  { group, blob, size, name }: OriginalToSave,
): Promise<SavingOutcome> {
  const pieces = await streamOf((from, to) => engine.openPart({ group, blob, from, to }), 0, size)
  if (pieces === null) return 'absent'
  const file = (await throughServiceWorker(name, size)) ?? (await throughStorage(name))
  const reader = pieces.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      await file.write(next.value)
    await file.close()
    return 'saved'
  } catch (cause) {
    await file.abort()
    return cause instanceof DownloadStopped ? 'stopped' : 'broken'
  }
}

class DownloadStopped extends Error {}

function intoWritable(stream: FileSystemWritableFileStream): FileSaving {
  return {
    write: (bytes) => stream.write(bytes),
    close: () => stream.close(),
    abort: () => stream.abort().catch(() => undefined),
  }
}

/** Null where no service worker answers, or it does not make a download of it. */
async function throughServiceWorker(name: string, size: number | null): Promise<FileSaving | null> {
  const worker = 'serviceWorker' in navigator ? navigator.serviceWorker.controller : null
  if (worker === null) return null
  const { port1: port, port2 } = new MessageChannel()
  const line = listenTo(port)
  const request: SaveRequest = { kind: 'save-file', id: toHex(platformRandom(16)), name, size }
  worker.postMessage(request, [port2])
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.src = savedFileUrl(request.id)
  const awake = setInterval(() => worker.postMessage({ kind: 'stay-awake' }), stayAwakeMs)
  const end = (): void => {
    clearInterval(awake)
    // Removed at once it would take the download with it.
    setTimeout(() => {
      frame.remove()
      port.close()
    }, keepUrlMs)
  }
  // Asked for before the worker knows of it, the file would not be found.
  const isTaken = await inTime(line.taken)
  if (isTaken) document.body.append(frame)
  if (!isTaken || !(await inTime(line.wanted()))) {
    // Else it might still begin, beside what is tried instead.
    port.postMessage('abort')
    end()
    return null
  }
  return {
    async write(bytes) {
      await line.wanted()
      line.sent()
      port.postMessage(bytes, [bytes.buffer])
    },
    async close() {
      await line.wanted()
      port.postMessage('end')
      end()
    },
    abort() {
      port.postMessage('abort')
      end()
      return Promise.resolve()
    },
  }
}

function inTime(step: Promise<unknown>): Promise<boolean> {
  const tooLate = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), stepWithinMs))
  return Promise.race([step.then(() => true), tooLate]).catch(() => false)
}

interface Line {
  /** Resolves once the service worker knows of the file. */
  readonly taken: Promise<unknown>
  /** Resolves while a piece is asked for, and rejects once it is over. */
  wanted(): Promise<unknown>
  sent(): void
}

function listenTo(port: MessagePort): Line {
  const taking = Promise.withResolvers<null>()
  let wish = Promise.withResolvers<null>()
  port.onmessage = ({ data }) => {
    if (data === 'taken') taking.resolve(null)
    else if (data === 'more') wish.resolve(null)
    else if (data === 'gone') {
      wish.reject(new DownloadStopped())
      wish = Promise.withResolvers<null>()
      wish.reject(new DownloadStopped())
      wish.promise.catch(() => undefined)
    }
  }
  return {
    taken: taking.promise,
    wanted: () => wish.promise,
    sent() {
      wish = Promise.withResolvers<null>()
      wish.promise.catch(() => undefined)
    },
  }
}

async function throughStorage(name: string): Promise<FileSaving> {
  const root = await navigator.storage.getDirectory()
  // What an earlier export left: its download has long ended.
  await root.removeEntry(exportsFolder, { recursive: true }).catch(() => undefined)
  const folder = await root.getDirectoryHandle(exportsFolder, { create: true })
  const file = await folder.getFileHandle(toHex(platformRandom(16)), { create: true })
  // Safari before 26 cannot write there from a page; its blobs at least may lie on disk.
  const sink =
    'createWritable' in file
      ? { ...intoWritable(await file.createWritable()), file: () => file.getFile() }
      : inBlob()
  return {
    write: sink.write,
    abort: sink.abort,
    async close() {
      await sink.close()
      download(await sink.file(), name)
    },
  }
}

function inBlob(): FileSaving & { file(): Promise<Blob> } {
  let blob = new Blob([])
  return {
    write(bytes: Bytes) {
      blob = new Blob([blob, bytes])
      return Promise.resolve()
    },
    close: () => Promise.resolve(),
    abort: () => Promise.resolve(),
    file: () => Promise.resolve(blob),
  }
}

function download(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), keepUrlMs)
}

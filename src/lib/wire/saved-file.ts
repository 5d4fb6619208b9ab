/**
 * A file that a page saves to disk through the service worker, piece by piece, where it cannot write files itself.
 *
 * Shape   the page sends the service worker `{kind: 'save-file', id, name, size}` with a port; once it hears `taken` it opens
 *         `/saved/<id>` in a frame that nobody sees; what the service worker answers there is a download.
 *   | on the port | from | what |
 *   |---|---|---|
 *   | `taken` | service worker | the address can be opened |
 *   | `more` | service worker | the next piece is wanted; the first says that the download has begun |
 *   | bytes | page | a piece |
 *   | `end`, `abort` | page | the file is whole; it never will be |
 *   | `gone` | service worker | somebody has stopped the download |
 *
 *         `{kind: 'stay-awake'}` to the service worker, now and then, keeps the browser from ending it meanwhile
 * Errors  parsers are total: null for anything else
 * Source  docs/design.md §10 "Export"
 */

/** What begins it. */
export interface SaveRequest {
  readonly kind: 'save-file'
  /** 32 hexadecimal digits, random. */
  readonly id: string
  readonly name: string
  /** Bytes of all pieces together, where that is known: then the browser tells how far it is. */
  readonly size: number | null
}

/** How often the page says that it is still at it. */
export const stayAwakeMs = 10_000

const maxNameChars = 255

/** The address of a file that is being saved. */
export function savedFileUrl(id: string): string {
  return `/saved/${id}`
}

/** The id in such an address, or null. */
export function parseSavedPath(path: string): string | null {
  return /^\/saved\/([0-9a-f]{32})$/.exec(path)?.[1] ?? null
}

/** A save request among the messages of a page, or null. */
export function parseSaveRequest(message: unknown): SaveRequest | null {
  if (typeof message !== 'object' || message === null) return null
  const { kind, id, name, size = null } = message as Partial<Record<string, unknown>>
  if (kind !== 'save-file' || typeof id !== 'string' || typeof name !== 'string') return null
  if (parseSavedPath(savedFileUrl(id)) === null || name.length > maxNameChars) return null
  if (size !== null && !(Number.isSafeInteger(size) && Number(size) >= 0)) return null
  return { kind, id, name, size: size === null ? null : Number(size) }
}

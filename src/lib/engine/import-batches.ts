/**
 * Decides when photos that are prepared are written: several with one entry, because each has the app show the album
 * anew, which takes time from reading; and none of them waits long for the others.
 */
import { batchItems } from './import-writing.ts'

export interface ImportBatches {
  /** One more may be ready. Resolves at once, or once there is room for more. */
  prepared(): Promise<void>
  /** Waits for nothing any more. */
  stop(): void
}

export interface ImportBatchesParts {
  /** Those that wait to be written. */
  readonly ready: readonly unknown[]
  readonly isMoreToCome: () => boolean
  /** Tells by itself what goes wrong. */
  readonly write: () => Promise<void>
}

/** So long a photo waits for others. */
const batchMs = 2000

export function createImportBatches(parts: ImportBatchesParts): ImportBatches {
  const { ready, isMoreToCome } = parts
  let soon: ReturnType<typeof setTimeout> | null = null

  const stop = (): void => {
    if (soon !== null) clearTimeout(soon)
    soon = null
  }
  const write = async (): Promise<void> => {
    stop()
    await parts.write().catch(() => undefined)
  }

  return {
    async prepared() {
      if (ready.length === 0) return
      if (ready.length < batchItems && isMoreToCome()) {
        soon ??= setTimeout(() => void write(), batchMs)
        return
      }
      const written = write()
      // Reading goes on while this is written, but not far ahead of it.
      if (ready.length >= 2 * batchItems) await written
    },
    stop,
  }
}

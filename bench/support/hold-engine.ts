/**
 * Runs inside a page before anything else: notes when the app starts its engine, and starts none. In its place somebody
 * says of every file that it cannot be had, as an engine without signal does: a page whose questions stay unanswered
 * would keep them all. Nothing else is answered.
 */

declare global {
  /** Since the navigation; null until the app asked for its engine. */
  var engineAskedMs: number | null
}

/** Holds the engine back; self-contained, because only its text travels into the page. */
export function holdEngine(): void {
  globalThis.engineAskedMs = null
  globalThis.Worker = class extends EventTarget {
    constructor() {
      super()
      globalThis.engineAskedMs ??= performance.now()
    }
    /** A call as comlink sends it. */
    postMessage({ id, path }: { readonly id: string; readonly path?: readonly string[] }): void {
      if (path?.[0] !== 'fetchBlob') return
      const data = { id, type: 'RAW', value: false }
      setTimeout(() => this.dispatchEvent(new MessageEvent('message', { data })))
    }
    terminate(): void {
      // Nothing runs.
    }
    onmessage = null
    onmessageerror = null
    onerror = null
  }
}

/** Runs inside a page before anything else: notes when the app starts its engine, and starts none. */

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
    postMessage(): void {
      // Nobody is there: what the page asks stays unanswered.
    }
    terminate(): void {
      // Nothing runs.
    }
    onmessage = null
    onmessageerror = null
    onerror = null
  }
}

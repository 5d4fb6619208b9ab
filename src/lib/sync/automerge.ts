/**
 * The one door to Automerge: the slim build, wasm initialised once per thread from its own file.
 *
 * Source  docs/design.md §10, §14; @automerge/automerge/slim
 */
import * as Automerge from '@automerge/automerge/slim'

let started: Promise<void> | null = null

/** Loads wasm once; `wasm` is a URL (browser) or the bytes (Node). Safe to call again. */
export function startAutomerge(wasm: string | Uint8Array): Promise<void> {
  started ??= Automerge.initializeWasm(wasm)
  return started
}

/**
 * Whether the module has trapped, for want of memory as a rule: whatever asks it for anything in this thread then fails,
 * until the app is opened anew. What fails meanwhile tells nothing of what it was given.
 */
export function hasModuleEnded(): boolean {
  if (!Automerge.isWasmInitialized()) return false
  try {
    Automerge.free(Automerge.init())
    return false
  } catch {
    return true
  }
}

export { Automerge }

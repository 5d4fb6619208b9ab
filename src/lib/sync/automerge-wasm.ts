/** Address of Automerge's wasm file in the built app: precached by the service worker, loaded by the engine's worker. */
import url from '@automerge/automerge/automerge.wasm?url'

export const automergeWasmUrl: string = url

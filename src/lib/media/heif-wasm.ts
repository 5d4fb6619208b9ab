/** Address of libheif's wasm file in the built app: precached by the service worker, loaded by a media worker at need. */
import url from 'libheif-js/libheif-wasm/libheif.wasm?url'

export const heifWasmUrl: string = url

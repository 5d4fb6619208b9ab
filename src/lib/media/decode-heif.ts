/**
 * Decodes HEIC and HEIF by libheif where the browser cannot. Loaded at the first such picture, in a media worker.
 *
 * Units   pixels; libheif turns and mirrors as the file says, so orientation is applied
 * Errors  null for what libheif cannot decode; throws where its code cannot be fetched
 * Source  ISO/IEC 23008-12; libheif (struktur AG) in WebAssembly
 */
import type { Bytes } from '#lib/base/bytes.ts'
import createLibheif from 'libheif-js/libheif-wasm/libheif.js'
import { heifWasmUrl } from './heif-wasm.ts'

interface Pixels {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
}
interface HeifImage {
  get_width(): number
  get_height(): number
  is_primary(): boolean
  display(into: Pixels, done: (shown: Pixels | null) => void): void
  free(): void
}
/** The part of libheif's JavaScript that is used here. */
interface Libheif {
  readonly HeifDecoder: new () => { decode(bytes: Uint8Array): HeifImage[] }
}

/** Decodes a whole file. */
export type DecodeHeif = (bytes: Bytes) => Promise<ImageBitmap | null>

/** A decoder with its own wasm memory. */
export async function createHeifDecoder(): Promise<DecodeHeif> {
  const answer = await fetch(heifWasmUrl)
  if (!answer.ok) throw new Error('the decoder of HEIC pictures is not here')
  const create = createLibheif as unknown as (options: { wasmBinary: ArrayBuffer }) => Libheif
  const libheif = create({ wasmBinary: await answer.arrayBuffer() })
  return async (bytes) => {
    const pixels = await pixelsOf(libheif, bytes).catch(() => null)
    return pixels === null ? null : createImageBitmap(pixels)
  }
}

async function pixelsOf(libheif: Libheif, bytes: Bytes): Promise<ImageData | null> {
  const images = new libheif.HeifDecoder().decode(bytes)
  try {
    const image = images.find((one) => one.is_primary()) ?? images[0]
    if (image === undefined) return null
    const pixels = new ImageData(image.get_width(), image.get_height())
    const shown = await new Promise<Pixels | null>((resolve) => image.display(pixels, resolve))
    return shown === null ? null : pixels
  } finally {
    for (const image of images) image.free()
  }
}

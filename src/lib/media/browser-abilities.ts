/**
 * What this browser's decoders and encoders can do, found out by trying: engines differ, change, and
 * do not say. (Chromium 150 turns a PNG by its EXIF even where asked not to, and never turns a WebP;
 * Safari cannot encode WebP and silently gives PNG.)
 */
import { parseBase64Url, type Bytes } from '#lib/base/bytes.ts'

export interface BrowserAbilities {
  readonly encodesWebp: boolean
  /** Media types whose EXIF orientation the decoder leaves to us. */
  readonly turnedByHand: ReadonlySet<string>
}

/** Pictures of 2 × 1 pixels whose EXIF says that they are turned by 90° (orientation 6). */
const TURNED_PROBES = {
  'image/png':
    'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAGmVYSWZJSSoACAAAAAEAEgEDAAEAAAAGAAAAAAAAALdIESkAAAALSURBVHicY-joAAABmwERzJqvkQAAAABJRU5ErkJggg',
  'image/webp':
    'UklGRlIAAABXRUJQVlA4WAoAAAAIAAAAAQAAAAAAVlA4TBEAAAAvAQAAAAdQxCIWsf-BiOh_AABFWElGGgAAAElJKgAIAAAAAQASAQMAAQAAAAYAAAAAAAAA',
}

/** Tries; takes a few milliseconds. A type that the browser cannot decode needs no turning either. */
export async function probeAbilities(): Promise<BrowserAbilities> {
  const byHand = await Promise.all(
    Object.entries(TURNED_PROBES).map(async ([mime, probe]) => {
      const bytes = parseBase64Url(probe)
      return bytes !== null && (await staysLying(bytes, mime).catch(() => false)) ? [mime] : []
    }),
  )
  return { encodesWebp: await encodesWebp(), turnedByHand: new Set(byHand.flat()) }
}

async function staysLying(bytes: Bytes, mime: string): Promise<boolean> {
  const bitmap = await createImageBitmap(new Blob([bytes], { type: mime }), {
    imageOrientation: 'from-image',
  })
  const lying = bitmap.width > bitmap.height
  bitmap.close()
  return lying
}

async function encodesWebp(): Promise<boolean> {
  const canvas = new OffscreenCanvas(1, 1)
  canvas.getContext('2d')
  const { type } = await canvas.convertToBlob({ type: 'image/webp' })
  return type === 'image/webp'
}

/**
 * Types of pictures and films that may keep their name where a browser opens them, under a media address or an object
 * URL. They come from other people's devices, and an address that somebody opens by itself is a page of the app's own
 * origin: so only formats that cannot run script. All else, SVG and whatever is XML inside, is bytes.
 */
const shownTypes: ReadonlySet<string> = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'image/heic',
  'image/heif',
  'image/bmp',
  'image/tiff',
  'video/mp4',
  'video/webm',
  'video/quicktime',
  'video/ogg',
  'video/x-matroska',
])

const inertType = 'application/octet-stream'

/** The type under which a browser may see it. */
export function shownType(mime: string): string {
  return shownTypes.has(mime) ? mime : inertType
}

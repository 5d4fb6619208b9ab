/**
 * What files of pictures and films are called once they leave Mantel. A name, and of what kind it is, says whoever added
 * the file; a system opens a file by the end of its name, so a page that calls itself a photo must not end like one.
 */

/** Ends of names of pictures and films; a few of what only cameras write. */
export const mediaName =
  /\.(?:jpe?g|jpe|jfif|png|gif|webp|avif|hei[cf]|hif|bmp|tiff?|jxl|dng|cr[23]|nef|arw|raf|orf|rw2|pef|srw|mp4|mov|m4v|mp|avi|mkv|webm|3gp|mts|m2ts|mpe?g|wmv)$/i

/** Those of them that browsers and systems know, so that no browser looks inside for what it could be. */
const shownName =
  /\.(?:jpe?g|png|gif|webp|avif|hei[cf]|bmp|tiff?|mp4|mov|m4v|avi|mkv|webm|3gp|mpe?g)$/i

const endings: ReadonlyMap<string, string> = new Map([
  ['image/png', 'png'],
  ['image/webp', 'webp'],
  ['image/gif', 'gif'],
  ['image/avif', 'avif'],
  ['image/heic', 'heic'],
  ['image/heif', 'heif'],
  ['image/bmp', 'bmp'],
  ['image/tiff', 'tif'],
  ['image/jxl', 'jxl'],
  ['video/quicktime', 'mov'],
  ['video/webm', 'webm'],
  ['video/x-matroska', 'mkv'],
  ['video/x-msvideo', 'avi'],
  ['video/3gpp', '3gp'],
])

export interface NamedFile {
  readonly kind: 'photo' | 'video' | 'file'
  readonly name: string
  readonly mime: string
}

/** The name; with another end behind it where it is said to be a picture or film, and is not called like one. */
export function safeMediaName({ kind, name, mime }: NamedFile): string {
  if (kind === 'file' || mediaName.test(name)) return name
  return `${name}.${endings.get(mime) ?? (kind === 'photo' ? 'jpg' : 'mp4')}`
}

/** Whether following a link to it shows a picture or film, or saves it, whatever is in it. */
export function isShownByName(path: string): boolean {
  return shownName.test(path)
}

/**
 * The first sight: how the photos' screen stood when it was last seen at its top. The shell page draws it before any
 * script of the app has arrived (draw-first-sight.ts), under it the app starts, and it goes when the app has painted.
 *
 * Shape   what it must fit (style sheet, width of the window, day), the groups whose photos it shows, and a tree:
 *         `[tag, attributes, children]`, a text as itself, and in the children of a canvas the bytes of a thumbhash
 * Where   `localStorage`, because it is read while the page is: 10 kB, of what this device keeps of the same photos anyway
 * Truth   it goes as soon as anything in an index changes, so what it shows is what the next screen shows
 * Errors  total: what does not read as one is none; whoever draws takes only the elements and attributes listed here
 */

export interface FirstSight {
  /** The address of the style sheet: another one belongs to another version of the app. */
  readonly sheet: string
  /** Of the window, in CSS pixels. */
  readonly width: number
  /** Today and yesterday are words on it. */
  readonly day: string
  /** Their ids, joined. */
  readonly groups: string
  readonly tree: unknown
}

/** What the person sees here is only said by the moment: it is kept `empty`, or not at all (`none`). */
export const momentary = 'data-sight'

export const sightId = 'first-sight'

export const drawnTags: ReadonlySet<string> = new Set(
  'div header main nav ul li h1 h2 p span a button canvas svg g path circle rect line ellipse polyline polygon'.split(
    ' ',
  ),
)

export const drawnAttributes: ReadonlySet<string> = new Set(
  (
    'class style role disabled aria-current aria-pressed viewBox width height fill stroke stroke-width ' +
    'stroke-linecap stroke-linejoin d points cx cy r rx ry x y x1 x2 y1 y2'
  ).split(' '),
)

const key = 'mantel.first-sight'

/** Null where there is none, or the browser refuses its storage. */
export function recallFirstSight(): FirstSight | null {
  try {
    return parseFirstSight(JSON.parse(localStorage.getItem(key) ?? 'null'))
  } catch {
    // Refused, or somebody else wrote there.
    return null
  }
}

export function keepFirstSight(sight: FirstSight): void {
  try {
    localStorage.setItem(key, JSON.stringify(sight))
  } catch {
    // Refused or full: the next start draws nothing ahead.
  }
}

export function forgetFirstSight(): void {
  try {
    localStorage.removeItem(key)
  } catch {
    // Refused: there is none then.
  }
}

/** Forgets a sight of other groups than these: one of them may have been removed from this device. */
export function keepFirstSightOf(groups: string): void {
  if (recallFirstSight()?.groups !== groups) forgetFirstSight()
}

/** Takes away what the shell page has drawn: the app has painted the same. */
export function endFirstSight(): void {
  document.getElementById(sightId)?.remove()
}

/** What a sight taken now would have to fit. */
export function presentFit(): Pick<FirstSight, 'sheet' | 'width' | 'day'> {
  const sheet = document.querySelector('link[rel=stylesheet]')?.getAttribute('href') ?? ''
  return { sheet, width: innerWidth, day: new Date().toDateString() }
}

function parseFirstSight(kept: unknown): FirstSight | null {
  if (typeof kept !== 'object' || kept === null) return null
  const { sheet, width, day, groups, tree } = kept as Partial<Record<keyof FirstSight, unknown>>
  if (typeof sheet !== 'string' || typeof width !== 'number' || typeof day !== 'string') return null
  return typeof groups === 'string' ? { sheet, width, day, groups, tree } : null
}

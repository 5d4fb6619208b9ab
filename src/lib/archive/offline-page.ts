/**
 * The page that shows an exported zip's albums without Mantel: one HTML file beside the pictures, no script, nothing
 * from the network, the same from a disk, a stick or a plain web space.
 *
 * Shape   UTF-8 HTML in pieces, one per picture, so that a large group is never one text in memory. Every text from
 *         members is escaped; addresses are relative and percent-encoded, part by part; a policy in the page lets
 *         nothing run and nothing be fetched but the pictures beside it. Only what its name makes a picture or film is
 *         linked: of other files, which may be pages that run what they like, it says where they are
 * Units   wall time in milliseconds
 * Source  docs/design.md §10 "Export"
 */
import { isShownByName } from '#lib/base/media-name.ts'
import { isDateMs } from '#lib/base/time.ts'
import {
  archivedFile,
  type AlbumsFile,
  type ArchivedGroup,
  type ArchivedItem,
} from './albums-file.ts'
import { offlineStyle } from './offline-style.ts'
import { escapeMarkup } from './xmp.ts'

/** What the page says of itself, in the language of whoever exports. */
export interface OfflinePageWords {
  /** BCP 47, for the page and for its dates. */
  readonly language: string
  readonly title: string
  readonly albums: string
  readonly comments: string
  /** Under a photo whose original is not in the zip. */
  readonly notIncluded: string
  /** The last line of the page. */
  readonly footer: string
}

/** The page. */
export function* writeOfflinePage(file: AlbumsFile, words: OfflinePageWords): Generator<string> {
  const shown = file.groups.flatMap((group) =>
    group.albums.map((album) => ({ group, album, anchor: `album-${album.id}` })),
  )
  yield headOf(words)
  yield `<header><h1>${escapeMarkup(words.title)}</h1>`
  if (shown.length > 1) {
    yield `<nav aria-label="${escapeMarkup(words.albums)}">`
    for (const { album, anchor } of shown)
      yield `<a href="#${encodeURIComponent(anchor)}">${escapeMarkup(album.title)}</a>`
    yield '</nav>'
  }
  yield '</header>\n<main>\n'
  const date = new Intl.DateTimeFormat(words.language, { dateStyle: 'long', timeZone: 'UTC' })
  for (const { group, album, anchor } of shown) {
    const heading = file.groups.length > 1 ? `${escapeMarkup(group.name)} · ` : ''
    yield `<section id="${escapeMarkup(anchor)}"><h2>${heading}${escapeMarkup(album.title)} <small>${album.items.length}</small></h2>\n<div class="photos">\n`
    for (const item of itemsOf(group, album.items)) yield figureOf(item, { words, date })
    yield '</div></section>\n'
  }
  yield `</main>\n<footer>${escapeMarkup(words.footer)}</footer>\n</body></html>\n`
}

/** An address relative to the page. */
export function addressOf(path: string): string {
  return `./${path
    .split('/')
    .map((part) => encodeURIComponent(part).replaceAll("'", '%27'))
    .join('/')}`
}

function headOf({ language, title }: OfflinePageWords): string {
  return `<!doctype html>
<html lang="${escapeMarkup(language)}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${escapeMarkup(title)}</title><style>${offlineStyle}</style></head><body>
`
}

function* itemsOf(group: ArchivedGroup, ids: readonly string[]): Generator<ArchivedItem> {
  const byId = new Map(group.items.map((item) => [item.id, item]))
  for (const id of ids) {
    const item = byId.get(id)
    if (item !== undefined) yield item
  }
}

interface FigureParts {
  readonly words: OfflinePageWords
  readonly date: Intl.DateTimeFormat
}

function figureOf(item: ArchivedItem, { words, date }: FigureParts): string {
  const original = archivedFile(item, 'original')
  const ratio = item.width > 0 && item.height > 0 ? item.width / item.height : 1
  const shape = Math.min(2.4, Math.max(0.6, ratio)).toFixed(3)
  const day = dayOf(item, date)
  const facts = [day, item.author].filter((fact) => fact !== '').join(' · ')
  const name = escapeMarkup(item.caption === '' ? facts : item.caption)
  const film = item.kind === 'video' ? ' class="film"' : ''
  const picture =
    item.thumbnail === null
      ? `<span class="bare">${escapeMarkup(item.name)}</span>`
      : `<img loading="lazy" decoding="async" alt="${name}" src="${addressOf(item.thumbnail)}">`
  const path = original?.path ?? null
  const linked =
    path !== null && isShownByName(path)
      ? `<a${film} href="${addressOf(path)}">${picture}</a>`
      : `<span class="picture">${picture}</span><p class="missing">${escapeMarkup(path ?? words.notIncluded)}</p>`
  const caption = item.caption === '' ? '' : `<p>${escapeMarkup(item.caption)}</p>`
  return `<figure style="--shape:${shape}">${linked}<figcaption>${caption}<small>${escapeMarkup(facts)}</small>${talkOf(item, words)}</figcaption></figure>\n`
}

function dayOf({ taken }: ArchivedItem, date: Intl.DateTimeFormat): string {
  return isDateMs(taken.takenMs) ? date.format(taken.takenMs) : ''
}

function talkOf({ comments, reactions }: ArchivedItem, words: OfflinePageWords): string {
  const reacted = reactions.map(({ reaction }) => escapeMarkup(reaction)).join(' ')
  const said = comments.map(
    ({ author, text }) => `<li><b>${escapeMarkup(author)}</b> ${escapeMarkup(text)}</li>`,
  )
  const list =
    said.length === 0
      ? ''
      : `<details><summary>${escapeMarkup(words.comments)} (${said.length})</summary><ul>${said.join('')}</ul></details>`
  return `${reacted === '' ? '' : `<small class="hearts">${reacted}</small>`}${list}`
}

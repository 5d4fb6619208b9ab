/**
 * Links that people pass on. Secrets stay in the fragment, which browsers never send.
 *
 *   invitation  <relay origin>/join#1.<group id, base64url>.<seed 32 bytes, base64url>
 *   hosting     <relay origin>/#host=<code>
 *   own device  <app origin>/move#1.…     device-link.ts
 *   sheet       <app origin>/recover#1.…  device-link.ts
 *
 * Http relays are known only at localhost, private and link-local addresses and `.local` names.
 *
 * Errors  parsers are total; a link pasted with text around it, spaces or line breaks is still found
 */
import { parseBase64Url, toBase64Url, type Bytes } from '#lib/base/bytes.ts'
import { idFromBytes, idToBytes, type GroupId } from '#lib/base/ids.ts'

export interface InvitationLink {
  /** Origin of a relay of the group, e.g. `https://photos.rivera.example`. */
  readonly relay: string
  readonly group: GroupId
  readonly seed: Bytes
}

/** The link as text. */
export function formatInvitationLink(link: InvitationLink): string {
  const group = toBase64Url(idToBytes(link.group))
  return `${link.relay}/join#1.${group}.${toBase64Url(link.seed)}`
}

/** The first invitation link inside a text (http only for localhost and private addresses), or null. */
export function parseInvitationLink(text: string): InvitationLink | null {
  for (const match of text.replaceAll(invisible, '').matchAll(spacedLink)) {
    const [origin = '', group = '', seed = ''] = match.slice(1).map(withoutSpace)
    const relay = parseRelayOrigin(origin)
    const groupId = idFromBytes('GroupId', parseBase64Url(group) ?? new Uint8Array())
    const seedBytes = parseBase64Url(seed)
    if (relay !== null && groupId !== null && seedBytes !== null) {
      return { relay, group: groupId, seed: seedBytes }
    }
  }
  return null
}

/** The hosting code in a fragment such as `#host=CODE`, or null. */
export function parseHostingCode(fragment: string): string | null {
  return /^#?host=([A-Za-z0-9_-]{1,64})$/.exec(fragment)?.[1] ?? null
}

/** The link to a place where a group may be kept, with the code for it where there is one. */
export function formatHostingLink(relay: string, code: string | null): string {
  return code === null ? relay : `${relay}/#host=${code}`
}

/** A place, and its hosting code where it asks for one, from a link to it with nothing around; or null. */
export function parseHostingLink(text: string): { relay: string; code: string | null } | null {
  const link = withoutSpace(text.replaceAll(invisible, ''))
  const relay = parseRelayOrigin(link)
  if (relay === null) return null
  const { pathname, search, hash } = new URL(link)
  const code = parseHostingCode(hash)
  const isPlace = pathname === '/' && search === '' && (hash === '' || code !== null)
  return isPlace ? { relay, code } : null
}

/** Zero-width characters and soft hyphens, which messengers and word processors slip in. */
export const invisible = /[\u00ad\u200b-\u200f\u2060\ufeff]/g

// Mail programs break long lines anywhere, so white space may stand between any two characters. 32 bytes
// are exactly 43 characters of base64url; where more follow directly, the link was damaged.
const id = String.raw`((?:[\w-]\s*){42}[\w-])`
const path = String.raw`/\s*j\s*o\s*i\s*n\s*#\s*1\s*[.]\s*`
const spacedLink = new RegExp(
  String.raw`(https?://(?:[^\s/?#]\s*)+)${path}${id}\s*[.]\s*${id}(?![\w-])`,
  'gi',
)

/** The text without any white space. */
export function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/g, '')
}

/** The origin in the platform's spelling; null with a user name, or where http would leave the house. */
export function parseRelayOrigin(text: string): string | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  if (url.username !== '' || url.password !== '') return null
  const isSafe = url.protocol === 'https:' || isPrivateHost(url.hostname)
  return isSafe ? url.origin : null
}

/** By its name or number alone; `URL` has already written numbers in their usual form. */
function isPrivateHost(host: string): boolean {
  return (
    /^(?:.+\.)?localhost$|\.local$/.test(host) ||
    /^(?:127|10)(?:\.\d+){3}$|^(?:192\.168|169\.254)(?:\.\d+){2}$/.test(host) ||
    /^172\.(?:1[6-9]|2\d|3[01])(?:\.\d+){2}$/.test(host) ||
    /^\[(?:::1|f[cd][0-9a-f]{2}:.*|fe[89ab][0-9a-f]:.*)\]$/.test(host)
  )
}

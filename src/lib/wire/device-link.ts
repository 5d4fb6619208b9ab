/**
 * Links that bring a person's groups to another of their own installations. The secret stays in the fragment.
 *
 *   own device  <app origin>/move#1.<length>.<body>
 *   sheet       <app origin>/recover#1.<length>.<body>
 *
 * Shape   body: base64url of (canonical CBOR ‖ first 4 bytes of its SHA-256); length: its characters, decimal
 *         CBOR: {seed b32, places: [{at text, groups: [b32, …]}, …], replace: bool}
 *         `at` is the origin of a relay of those groups, named once; `groups` ascending, none twice in the link.
 *         `replace` (never in a sheet): the device that made the link is put out once the new one is in.
 *
 * One seed serves every group of the link; each group's keys derive from the seed and the group's id
 * (crypto/derive.ts), so that two relays see unrelated keys. The length tells where a link broken over lines
 * ends, the digest catches a slip in one typed from paper.
 *
 * Limits  64 places, 64 groups; ten groups at one place fit 650 characters
 * Errors  `parseDeviceLink` is total; a link pasted with text around it, spaces or line breaks is still found
 * Source  docs/design.md §4 "Move to another address", §5 "Second device", "Recovery"
 */
import {
  concatBytes,
  equalBytes,
  parseBase64Url,
  toBase64Url,
  type Bytes,
} from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor } from '#lib/base/cbor.ts'
import {
  readAscendingIds,
  readBool,
  readBytes,
  readExactMap,
  readList,
  readText,
  type Field,
} from '#lib/base/fields.ts'
import { idToBytes, type GroupId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { invisible, parseRelayOrigin, withoutSpace } from './link.ts'

export type DeviceLinkPurpose = 'device' | 'sheet'

export interface LinkedGroup {
  readonly group: GroupId
  /** Origin of a relay of the group. */
  readonly relay: string
}

export interface DeviceLink {
  readonly purpose: DeviceLinkPurpose
  /** Origin of the app that is to open it. */
  readonly app: string
  readonly seed: Bytes
  readonly groups: readonly LinkedGroup[]
  /** Whether the device that made the link is to be put out afterwards. */
  readonly replaces: boolean
}

const paths = { device: 'move', sheet: 'recover' } as const
const maxGroups = 64
const maxOriginChars = 256
const digestBytes = 4

/** The link as text. */
export function formatDeviceLink(link: DeviceLink): string {
  const places = [...new Set(link.groups.map(({ relay }) => relay))].sort()
  const cbor = encodeCbor({
    seed: link.seed,
    places: places.map((at) => ({ at, groups: groupsAt(link, at).map(idToBytes) })),
    replace: link.replaces,
  })
  const body = toBase64Url(concatBytes(cbor, digestOf(cbor)))
  return `${link.app}/${paths[link.purpose]}#1.${body.length}.${body}`
}

/** The first link of this kind inside a text, or null. */
export function parseDeviceLink(text: string): DeviceLink | null {
  const clean = text.replaceAll(invisible, '')
  for (const match of clean.matchAll(spacedHead)) {
    const [origin = '', path = '', length = ''] = match.slice(1).map(withoutSpace)
    const app = parseRelayOrigin(origin)
    const body = takeBody(clean, match.index + match[0].length, Number(length))
    const bytes = body === null ? null : parseBase64Url(body)
    const purpose = path.toLowerCase() === paths.device ? 'device' : 'sheet'
    const read = bytes === null ? null : parseBody(bytes)
    if (app === null || read === null || (purpose === 'sheet' && read.replaces)) continue
    return { purpose, app, ...read }
  }
  return null
}

function groupsAt({ groups }: DeviceLink, at: string): GroupId[] {
  return groups.flatMap(({ relay, group }) => (relay === at ? [group] : [])).sort()
}

function digestOf(cbor: Bytes): Bytes {
  return sha256(cbor).slice(0, digestBytes)
}

// White space may stand between any two characters, as in link.ts.
const spacedWord = (word: string): string => word.split('').join(String.raw`\s*`)
const spacedHead = new RegExp(
  String.raw`(https?://(?:[^\s/?#]\s*)+)/\s*(${spacedWord('move')}|${spacedWord('recover')})\s*#\s*1\s*[.]\s*((?:[0-9]\s*){1,4})[.]`,
  'gi',
)

/** So many characters of base64url from a position on, white space left out; null where others come first. */
function takeBody(text: string, from: number, length: number): string | null {
  let body = ''
  for (let at = from; at < text.length && body.length < length; at++) {
    const char = text.charAt(at)
    if (/[\w-]/.test(char)) body += char
    else if (!/\s/.test(char)) return null
  }
  return body.length === length ? body : null
}

function parseBody(bytes: Bytes): Pick<DeviceLink, 'seed' | 'groups' | 'replaces'> | null {
  const cbor = bytes.slice(0, -digestBytes)
  if (!equalBytes(digestOf(cbor), bytes.slice(-digestBytes))) return null
  const map = readExactMap(parseCbor(cbor) ?? undefined, ['seed', 'places', 'replace'])
  const seed = readBytes(map?.['seed'], 32)
  const replaces = readBool(map?.['replace'])
  const groups = readList(map?.['places'], maxGroups, readPlace)?.flat() ?? []
  if (seed === null || replaces === null || groups.length === 0) return null
  const isTwice = new Set(groups.map(({ group }) => group)).size < groups.length
  return isTwice || groups.length > maxGroups ? null : { seed, groups, replaces }
}

function readPlace(value: Field): LinkedGroup[] | null {
  const map = readExactMap(value, ['at', 'groups'])
  const relay = readText(map?.['at'], maxOriginChars)
  const groups = readAscendingIds(map?.['groups'], maxGroups, 'GroupId')
  if (relay === null || groups === null || parseRelayOrigin(relay) !== relay) return null
  return groups.map((group) => ({ group, relay }))
}

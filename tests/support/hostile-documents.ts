/** What a member's own app would never write into a document: too deep, too wide, too long, or beyond all measure. */
import { encodeItemCore, type ItemCore } from '#lib/albums/item-core.ts'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborMap } from '#lib/base/cbor.ts'
import { createItemId } from '#lib/base/item-id.ts'
import {
  platformRandom,
  randomId,
  type BlobId,
  type ContentHash,
  type DeviceId,
  type DocId,
  type GroupId,
} from '#lib/base/ids.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import type { Edit } from '#lib/sync/documents.ts'
import { prototypeNames } from './hostile-bytes.ts'

/** A draft whose shape nobody vouches for. */
type Anything = Record<string, Record<string, unknown> & { items?: Record<string, unknown> }>
export const edit = (make: (draft: Anything) => void): Edit => make

/** Maps inside each other. */
function nested(depth: number): object {
  let inner: Record<string, unknown> = { end: 1 }
  for (let level = 0; level < depth; level++) inner = { a: inner }
  return inner
}

/** Edits that are each one entry; most would break whoever reads them without care. (Automerge itself refuses `__proto__`.) */
export function absurdEdits(family: {
  readonly group: GroupId
  readonly album: DocId
  /** Whose device writes them. */
  readonly sam: DeviceId
}): (readonly [string, DocId, Edit])[] {
  const { album } = family
  const group = groupDocId(family.group)
  const many = (count: number, key: (n: number) => string, value: unknown) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [key(n), value]))
  const hex = (n: number) => n.toString(16).padStart(32, '0')
  const itemId = () => createItemId({ device: family.sam, doc: album })
  const albumIds = Array.from({ length: 200 }, () => randomId('DocId'))
  const names = [
    ...prototypeNames.filter((name) => name !== '__proto__'),
    '',
    '../..',
    '\u{0}',
    'x'.repeat(5000),
  ]
  return [
    [
      '8,000 keys that are no ids',
      album,
      edit((d) =>
        Object.assign(
          d['items'] ?? {},
          many(8000, (n) => `k${n}`, 1),
        ),
      ),
    ],
    [
      '2,000 items of nonsense',
      album,
      edit((d) => Object.assign(d['items'] ?? {}, many(2000, itemId, { core: new Uint8Array(9) }))),
    ],
    ['a map 700 deep', album, edit((d) => void (d['deep'] = nested(700) as never))],
    [
      'a title of 20,000 letters',
      album,
      edit((d) => void (d['title'] = 'W'.repeat(20_000) as never)),
    ],
    ['a title that is a map', album, edit((d) => void (d['title'] = { toString: 'x' } as never))],
    ['900,000 bytes', album, edit((d) => void (d['junk'] = new Uint8Array(900_000) as never))],
    ['a list of 5,000', album, edit((d) => void (d['cover'] = Array(5000).fill(0) as never))],
    [
      'names of prototypes',
      album,
      edit((d) =>
        Object.assign(
          d['items'] ?? {},
          Object.fromEntries(names.map((name) => [name, { core: 1 }])),
        ),
      ),
    ],
    [
      '200 albums that are not there',
      group,
      edit((d) =>
        Object.assign(
          d['albums'] ?? {},
          Object.fromEntries(albumIds.map((id) => [id, { added: Number.MAX_SAFE_INTEGER }])),
        ),
      ),
    ],
    [
      'albums with hostile ids',
      group,
      edit((d) =>
        Object.assign(
          d['albums'] ?? {},
          Object.fromEntries(names.map((name) => [name, { added: NaN }])),
        ),
      ),
    ],
    [
      'a group whose agreement is a map',
      group,
      edit((d) => void (d['agreement'] = { a: nested(100) } as never)),
    ],
    [
      'members that are numbers',
      group,
      edit((d) => Object.assign(d['members'] ?? {}, many(2000, hex, 7))),
    ],
    [
      'a group called by 20,000 letters',
      group,
      edit((d) => void (d['name'] = 'N'.repeat(20_000) as never)),
    ],
  ]
}

/** Facts of items: absurd ones within what is allowed, and bytes that are none. */
export function absurdCores(): {
  readonly cores: readonly ItemCore[]
  readonly broken: readonly Bytes[]
} {
  const core = coreOf({})
  const most = Number.MAX_SAFE_INTEGER
  const cores = [
    ...[8.64e15, -8.64e15, 0, -1].map((takenMs) => coreOf({ takenMs })),
    coreOf({ width: 1e6, height: 1 }),
    coreOf({ width: 0, height: 1e6 }),
    coreOf({ durationMs: 8.64e15, kind: 'video' }),
    coreOf({ offsetMinutes: -1440, mime: 'text/html', name: '\u{202e}gpj.exe' }),
    coreOf({ mime: 'image/svg+xml', camera: 'x'.repeat(1024) }),
    coreOf({ place: { latitudeE7: 90e7, longitudeE7: -180e7 } }),
    coreOf({ thumbhash: platformRandom(32) }),
    coreOf({
      renditions: { ...core.renditions, thumbnail: renditionOf(most), original: renditionOf(0) },
    }),
  ]
  const broken = [
    ...[{ taken: most }, { width: -1 }, { height: 2e6 }, { by: 'Ana' }, { content: null }],
    ...[{ hash: platformRandom(33) }, { kind: 'page' }, { v: 2 }],
  ].map((wrong) => encodeCbor({ v: 1, kind: 'photo', ...wrong }))
  const nothings = Array.from({ length: 10_000 }, () => ({}))
  const swollen = [coreOf({}), coreOf({})].map((each) =>
    encodeCbor({ ...(parseCbor(encodeItemCore(each)) as CborMap), nothings }),
  )
  return { cores, broken: [...broken, ...swollen, new Uint8Array(), platformRandom(500)] }
}

/** Facts of an ordinary photo, but for what is wished. */
export function coreOf(wish: Partial<ItemCore>): ItemCore {
  return {
    ...{ kind: 'photo', mime: 'image/jpeg', name: 'p.jpg', takenMs: 0, offsetMinutes: null },
    ...{ width: 4, height: 3, durationMs: 0, thumbhash: new Uint8Array(), place: null },
    ...{
      camera: null,
      author: randomId('MemberId'),
      content: toHex(platformRandom(32)) as ContentHash,
    },
    renditions: { thumbnail: null, preview: null, original: null, motion: null },
    film: null,
    ...wish,
  }
}

function renditionOf(size: number) {
  return {
    blob: toHex(platformRandom(32)) as BlobId,
    key: platformRandom(16),
    size,
    mime: 'text/html',
  }
}

/**
 * Every parser is total: whatever comes, it answers, soon, and without side effects. Every exported `parse…` of the
 * folders below must have its row here.
 */
import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  concatBytes,
  parseBase64Url,
  parseHex,
  parseUtf8,
  utf8,
  type Bytes,
} from '#lib/base/bytes.ts'
import {
  encodeOrigin,
  encodePlace,
  encodeTaken,
  parseOrigin,
  parsePlace,
  parseTaken,
} from '#lib/albums/item-corrections.ts'
import { parseItemCore } from '#lib/albums/item-core.ts'
import { encodeCbor, parseCbor } from '#lib/base/cbor.ts'
import { isMap } from '#lib/base/fields.ts'
import {
  parseId,
  platformRandom,
  type BlobId,
  type EntryId,
  type GroupId,
  type ItemId,
} from '#lib/base/ids.ts'
import { encodeContentHeader, parseContentHeader } from '#lib/crypto/aes128gcm.ts'
import { encodeTalk, parseTalk, type Talk } from '#lib/groups/talk.ts'
import { encodeOperation, operationOfEntry, parseOperation } from '#lib/membership/operation.ts'
import { formatDeviceLink, parseDeviceLink } from '#lib/wire/device-link.ts'
import { parseContentIdentifier } from '#lib/media/apple-maker-note.ts'
import { parseMovieIdentifier } from '#lib/media/movie-keys.ts'
import { parseEntry } from '#lib/wire/entry.ts'
import { parseDeviceFrame, parseRelayFrame } from '#lib/wire/frames.ts'
import {
  formatHostingLink,
  formatInvitationLink,
  parseHostingCode,
  parseHostingLink,
  parseInvitationLink,
  parseRelayOrigin,
} from '#lib/wire/link.ts'
import { parseFacts, parseMediaRequest, parsePart } from '#lib/wire/media-request.ts'
import { parseMediaPath } from '#lib/wire/media-url.ts'
import { encodeRelease, parseRelease } from '#lib/wire/release.ts'
import { parseSavedPath, parseSaveRequest, savedFileUrl } from '#lib/wire/saved-file.ts'
import { parseSessionRequest } from '#lib/wire/session.ts'
import { parseConfig } from '#relay/config.ts'
import { parseEnvelope } from '#relay/feed/envelope.ts'
import { parseByteRange } from '#relay/routes/byte-range.ts'
import {
  cborBombs,
  damaged,
  damagedText,
  longTexts,
  prototypeNames,
  withPrototypeNames,
} from '#tests/support/hostile-bytes.ts'
import { appleNote, liveIdentifier, liveMetadata } from '#tests/support/live-photo.ts'
import { membershipVector } from '#tests/support/membership-vector.ts'
import frames from '#tests/vectors/frames.json' with { type: 'json' }

const slow = process.env.SLOW === '1' ? 50 : 1
const numRuns = 400 * slow
/** No input here may take this long; the usual is far below a millisecond. */
const mostMs = 1000

const hex = (text: string): Bytes => parseHex(text) ?? new Uint8Array()
const bytesOf = (vectors: readonly { readonly bytes: string }[]) =>
  vectors.map(({ bytes }) => hex(bytes))
const entries = membershipVector().entries.map(hex)
const operations = entries.flatMap((bytes) => {
  const entry = parseEntry(bytes)
  const signed = entry && operationOfEntry(entry)
  return signed ? [encodeOperation(signed.operation)] : []
})
const hello = { type: 'join', senderId: 'ana', supportedProtocolVersions: ['1'] }
const message = {
  type: 'mantel',
  senderId: 'ana',
  targetId: 'relay',
  data: hex(frames.device[0]?.bytes ?? ''),
}

const photo = {
  ...{ v: 1, kind: 'photo', taken: 0, width: 4, height: 3, duration: 0, hash: new Uint8Array() },
  ...{ by: new Uint8Array(16), content: new Uint8Array(32), lat: 1, lon: 2 },
}
const file = { blob: new Uint8Array(32), key: new Uint8Array(16), size: 9, mime: 'video/mp4' }
const livePhoto = { ...photo, motion: file, film: { name: 'a.mov', content: new Uint8Array(32) } }
const motionPhoto = { ...photo, original: file, film: { from: 4, size: 5 } }
const about = { item: 'ab'.repeat(16) as ItemId, atMs: 1 }
const talks: readonly Talk[] = [
  { type: 'comment', ...about, text: 'Ana’s 🐈', of: null },
  { type: 'comment', ...about, text: '', of: 'cd'.repeat(32) as EntryId },
  { type: 'reaction', ...about, text: '👍' },
  { type: 'self', fields: { name: 'Ana' } },
]
const blobs = ['aa', 'bb']
  .map((byte) => parseId('BlobId', byte.repeat(32)))
  .filter((id) => id !== null)

/** Parsers of bytes, each with valid ones. */
const ofBytes: Readonly<Record<string, readonly [(bytes: Bytes) => unknown, readonly Bytes[]]>> = {
  parseCbor: [(bytes) => [parseCbor(bytes), parseCbor(bytes, { anyOrder: true })], operations],
  parseUtf8: [parseUtf8, [utf8('Ana’s 🐈'), utf8('')]],
  parseEntry: [parseEntry, entries],
  parseOperation: [parseOperation, operations],
  parseDeviceFrame: [parseDeviceFrame, bytesOf(frames.device)],
  parseRelayFrame: [parseRelayFrame, bytesOf(frames.relay)],
  parseRelease: [
    (bytes) => [parseRelease('release', bytes), parseRelease('keep', bytes)],
    (['release', 'keep'] as const).map((kind) => encodeRelease(kind, { blobs, over: [] })),
  ],
  parseSessionRequest: [parseSessionRequest, bytesOf(frames.session)],
  parseEnvelope: [parseEnvelope, [hello, message].map((each) => encodeCbor(each))],
  parseItemCore: [parseItemCore, [photo, livePhoto, motionPhoto].map((one) => encodeCbor(one))],
  parseContentIdentifier: [parseContentIdentifier, [appleNote(liveIdentifier)]],
  parseMovieIdentifier: [parseMovieIdentifier, [liveMetadata(liveIdentifier).subarray(8)]],
  parseTaken: [parseTaken, [encodeTaken({ takenMs: 1, offsetMinutes: -60 })]],
  parsePlace: [parsePlace, [encodePlace(null), encodePlace({ latitudeE7: 1, longitudeE7: 2 })]],
  parseOrigin: [parseOrigin, [encodeOrigin({ group: 'Cat Club', by: 'Sam' })]],
  parseTalk: [parseTalk, talks.map((talk) => encodeTalk(talk))],
  parseContentHeader: [parseContentHeader, [encodeContentHeader(new Uint8Array(16), 4096)]],
}

const id = 'ab'.repeat(32)
const link = formatInvitationLink({
  ...{ relay: 'https://photos.rivera.example', group: id as GroupId, seed: new Uint8Array(32) },
})
const deviceLink = formatDeviceLink({
  ...{ purpose: 'device', app: 'https://photos.rivera.example', seed: new Uint8Array(32) },
  ...{ groups: [{ relay: 'http://localhost:4600', group: id as GroupId }], replaces: false },
})

/** Parsers of texts, each with valid ones. */
const ofText: Readonly<Record<string, readonly [(text: string) => unknown, readonly string[]]>> = {
  parseHex: [parseHex, ['00ff', id]],
  parseBase64Url: [parseBase64Url, ['AP8', 'AAAA']],
  parseId: [(text) => [parseId('GroupId', text), parseId('MemberId', text)], [id]],
  parseInvitationLink: [parseInvitationLink, [link, `Look: ${link} !`]],
  parseDeviceLink: [parseDeviceLink, [deviceLink]],
  parseHostingCode: [parseHostingCode, ['#host=K7QM-2RXN-94TB-VW3H']],
  parseHostingLink: [
    parseHostingLink,
    [formatHostingLink('https://photos.rivera.example', 'K7QM-2RXN'), 'http://localhost:4600'],
  ],
  parseRelayOrigin: [parseRelayOrigin, ['https://photos.rivera.example', 'http://localhost:4600']],
  parseMediaPath: [parseMediaPath, [`/media/${id}/${id}`]],
  parseSavedPath: [parseSavedPath, [savedFileUrl(id.slice(0, 32))]],
  parseByteRange: [(text) => parseByteRange(text, 1000), ['bytes=0-1', 'bytes=-5', 'bytes=9-']],
}

/** Parsers of other things. */
const ofOther: Readonly<
  Record<string, readonly [(value: unknown) => unknown, readonly unknown[]]>
> = {
  parseMediaRequest: [
    parseMediaRequest,
    [{ kind: 'fetch-blob', group: id as GroupId, blob: id as BlobId }],
  ],
  parseFacts: [parseFacts, [{ facts: { size: 4, mime: 'video/mp4' } }]],
  parsePart: [(answer) => parsePart(answer, { from: 0, to: 4 }), [{ part: new Uint8Array(4) }]],
  parseSaveRequest: [
    parseSaveRequest,
    [null, 7].map((size) => ({
      ...{ kind: 'save-file', id: id.slice(0, 32), name: 'Family.zip', size },
    })),
  ],
  parseConfig: [
    (value) => parseConfig(value as Record<string, string>),
    [{ MANTEL_PORT: '4600', MANTEL_HOSTING: 'open' }],
  ],
}

/** What a parser answers; fails where it throws, takes long or changes what all objects share. */
function answerTo<T>(parse: (input: T) => unknown, input: T): unknown {
  const startMs = performance.now()
  const answer = parse(input)
  expect(performance.now() - startMs).toBeLessThan(mostMs)
  expect(({} as Record<string, unknown>).isAdmin).toBeUndefined()
  return answer
}

describe.each(Object.entries(ofBytes))('%s', (_, [parse, samples]) => {
  test('takes what is valid', () => {
    expect(samples.length).toBeGreaterThan(0)
    for (const sample of samples) expect(answerTo(parse, sample)).not.toBeNull()
  })

  test(
    'answers to random and damaged bytes, and to those of other parsers',
    { timeout: 20_000 * slow },
    () => {
      const others = Object.values(ofBytes).flatMap(([, theirs]) => theirs.slice(0, 3))
      for (const other of others) answerTo(parse, other)
      const random = fc.uint8Array({ maxLength: 300 }).map((bytes): Bytes => bytes.slice())
      const hostile = fc.oneof(random, damaged(samples))
      fc.assert(
        fc.property(hostile, (bytes) => void answerTo(parse, bytes)),
        { numRuns },
      )
    },
  )

  test('answers to bombs, alone and behind what is valid', () => {
    const [sample = new Uint8Array()] = samples
    for (const bomb of cborBombs) {
      answerTo(parse, bomb)
      answerTo(parse, concatBytes(sample.subarray(0, Math.floor(sample.length / 2)), bomb))
    }
  })

  test('answers to fields with the names of prototypes', () => {
    for (const sample of samples) {
      const map = parseCbor(sample, { anyOrder: true })
      if (!isMap(map)) continue
      for (const bytes of withPrototypeNames(map)) answerTo(parse, bytes)
    }
    for (const name of prototypeNames)
      answerTo(parse, encodeCbor({ op: name, t: name, type: name }))
  })
})

describe.each(Object.entries(ofText))('%s', (_, [parse, samples]) => {
  test(
    'takes what is valid, answers to everything else, and to long texts soon',
    { timeout: 20_000 * slow },
    () => {
      for (const sample of samples) expect(answerTo(parse, sample)).not.toBeNull()
      fc.assert(
        fc.property(damagedText(samples), (text) => void answerTo(parse, text)),
        { numRuns },
      )
      for (const text of longTexts(samples)) answerTo(parse, text)
    },
  )
})

describe.each(Object.entries(ofOther))('%s', (name, [parse, samples]) => {
  test('takes what is valid and answers to everything else', { timeout: 20_000 * slow }, () => {
    for (const sample of samples) expect(answerTo(parse, sample)).toBeTruthy()
    const values = name === 'parseConfig' ? fc.dictionary(settingNames, fc.string()) : fc.anything()
    fc.assert(
      fc.property(values, (value) => void answerTo(parse, value)),
      { numRuns },
    )
  })
  const settingNames = fc.oneof(
    fc.constantFrom('MANTEL_PORT', 'MANTEL_ORIGIN', 'MANTEL_HOSTING', 'MANTEL_LOG', 'PATH'),
    fc.constantFrom(...prototypeNames),
    fc.string().map((text) => `MANTEL_${text}`),
  )
})

test('no parser is without its row', () => {
  const root = join(import.meta.dirname, '../..')
  const layers = ['base', 'wire', 'membership', 'crypto', 'groups', 'albums']
  const folders = [...layers.map((layer) => `src/lib/${layer}`), 'relay']
  const ofMedia = parsersIn(join(root, 'src/lib/media')).filter((name) => /Identifier$/.test(name))
  const found = [...folders.flatMap((folder) => parsersIn(join(root, folder))), ...ofMedia]
  const rows = [ofBytes, ofText, ofOther].flatMap((table) => Object.keys(table))
  expect(new Set(found)).toEqual(new Set(rows))
})

function parsersIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => {
      const source = readFileSync(join(folder, name), 'utf8')
      const exported = /^export (?:async )?(?:function\*?|const) (parse[A-Z]\w*)/gm
      return [...source.matchAll(exported)].map((match) => match[1] ?? '')
    })
}

test('an unread map of the wire has no prototype to reach', () => {
  const named = encodeCbor(Object.fromEntries([['constructor', platformRandom(4)]]))
  expect(Object.getPrototypeOf(parseCbor(named))).toBeNull()
})

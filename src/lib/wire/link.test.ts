import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toBase64Url, toHex, type Bytes } from '#lib/base/bytes.ts'
import type { GroupId } from '#lib/base/ids.ts'
import {
  formatInvitationLink,
  parseHostingCode,
  parseInvitationLink,
  type InvitationLink,
  formatHostingLink,
  parseHostingLink,
} from './link.ts'

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Bytes => bytes.slice())
const origins = fc.constantFrom(
  'https://photos.rivera.example',
  'https://photos.rivera.example:8443',
  'http://localhost:4600',
  'http://127.0.0.1:4600',
  'http://192.168.1.20:4600',
  'http://10.0.0.9',
  'http://172.16.4.4:4600',
  'http://nas.local:4600',
  'http://[::1]:4600',
  'http://[fd00::5]:4600',
)
const anyLink: fc.Arbitrary<InvitationLink> = fc.record({
  relay: origins,
  group: bytes32.map((bytes) => toHex(bytes) as GroupId),
  seed: bytes32,
})
const link: InvitationLink = {
  relay: 'https://photos.rivera.example',
  group: 'fa'.repeat(32) as GroupId,
  seed: new Uint8Array(32).fill(7),
}
const text = formatInvitationLink(link)

describe('the link Ana got', () => {
  test('leads where her brother meant', () => {
    fc.assert(
      fc.property(anyLink, (sent) => {
        expect(parseInvitationLink(formatInvitationLink(sent))).toEqual(sent)
      }),
    )
  })

  test.each([
    ['with words around it', `Hi Ana, look: ${text} See you!`],
    ['in angle brackets', `<${text}>`],
    ['at the end of a sentence', `Come to ${text}.`],
    ['in Markdown', `[Family](${text})`],
    [
      'broken over lines by a mail program',
      `> ${text.slice(0, 60)}\r\n${text.slice(60, 110)} \n${text.slice(110)}`,
    ],
    ['broken before a greeting', `${text.slice(0, 100)}\n${text.slice(100)}\nLove, Sam`],
    ['broken inside the address', `Look ${text.slice(0, 15)} ${text.slice(15)}`],
    ['with invisible characters', text.split('').join('\u200b')],
    ['with the host in capitals', text.replace('photos.rivera', 'Photos.Rivera')],
    ['behind a broken one', `https://x.example/join#1.abc.def ${text}`],
    ['behind one without encryption', `${text.replace('https', 'http')} ${text}`],
  ])('is found %s', (_name, pasted) => {
    expect(parseInvitationLink(pasted)).toEqual(link)
  })

  test.each([
    ['nothing', ''],
    ['another page', 'https://photos.rivera.example/join'],
    ['http on the open internet', text.replace('https', 'http')],
    [
      'http at a number outside the house',
      text.replace('https://photos.rivera.example', 'http://172.32.0.1'),
    ],
    [
      'http at a name that only looks local',
      text.replace('https://photos.rivera.example', 'http://localhost.evil.example'),
    ],
    ['a name and password in front', text.replace('photos', 'ana:pw@photos')],
    ['another version', text.replace('#1.', '#2.')],
    ['a cut seed', text.slice(0, -1)],
    ['a cut seed before a greeting', `${text.slice(0, -1)}\nHello`],
    ['a seed with one character more', `${text}A`],
    ['another scheme', text.replace('https', 'javascript')],
    ['an impossible address', text.replace('photos.rivera.example', 'a..b:99999')],
    ['a seed not written the canonical way', `${text.slice(0, -1)}d`],
  ])('is not %s', (_name, pasted) => {
    expect(parseInvitationLink(pasted)).toBe(null)
  })

  test('is read quickly however it was mangled', () => {
    const startMs = performance.now()
    expect(parseInvitationLink('https://a '.repeat(20_000))).toBe(null)
    expect(parseInvitationLink(`https://${'a '.repeat(200_000)}`)).toBe(null)
    expect(parseInvitationLink(`${text.slice(0, -1)} `.repeat(2_000))).toBe(null)
    expect(performance.now() - startMs).toBeLessThan(2_000)
  })

  test('is never misread into an exception', () => {
    const noise = fc.array(
      fc.constantFrom(
        'https://',
        'http://',
        'a.example',
        '/join#1.',
        toBase64Url(link.seed),
        '.',
        ' ',
        '\n',
        '[',
        '%',
        '@',
      ),
      { maxLength: 14 },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          noise.map((parts) => parts.join('')),
        ),
        (pasted) => {
          const found = parseInvitationLink(pasted)
          if (found !== null)
            expect(parseInvitationLink(formatInvitationLink(found))).toEqual(found)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('the hosting code', () => {
  test('is read from the fragment', () => {
    expect(parseHostingCode('#host=K7FQ-2M9X')).toBe('K7FQ-2M9X')
    expect(parseHostingCode('host=abc')).toBe('abc')
  })

  test.each([
    '',
    '#',
    '#host=',
    '#host=a b',
    '#host=<script>',
    '#post=abc',
    `#host=${'a'.repeat(65)}`,
  ])('is not in %j', (fragment) => {
    expect(parseHostingCode(fragment)).toBe(null)
  })
})

describe('a link to a place where a group may be kept', () => {
  test('is read back as it was written, also with what messengers slip in', () => {
    const link = formatHostingLink('https://photos.example', 'K7FQ-2M9X')
    const place = { relay: 'https://photos.example', code: 'K7FQ-2M9X' }
    const open = formatHostingLink(place.relay, null)
    expect(parseHostingLink(open)).toEqual({ ...place, code: null })
    expect(parseHostingLink(link)).toEqual(place)
    expect(
      parseHostingLink(` ${link.slice(0, 12)}\u200b${link.slice(12, 30)}\n ${link.slice(30)} `),
    ).toEqual(place)
  })

  test.each([
    'https://photos.example/join',
    'https://photos.example/?next=/',
    'https://photos.example/#join',
    'http://photos.example/#host=K7FQ-2M9X',
    'https://sam:secret@photos.example/#host=K7FQ-2M9X',
    'K7FQ-2M9X',
    'https://photos.example/#host=',
  ])('is not %j', (text) => {
    expect(parseHostingLink(text)).toBe(null)
  })
})

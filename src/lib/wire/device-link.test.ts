import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import type { GroupId } from '#lib/base/ids.ts'
import { formatDeviceLink, parseDeviceLink, type DeviceLink } from './device-link.ts'
import { parseInvitationLink } from './link.ts'

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): Bytes => bytes.slice())
const origins = fc.constantFrom(
  'https://photos.rivera.example',
  'https://photos.rivera.example:8443',
  'http://localhost:4600',
  'http://nas.local:4600',
)
const anyLink: fc.Arbitrary<DeviceLink> = fc
  .record({
    purpose: fc.constantFrom('device', 'sheet'),
    app: origins,
    seed: bytes32,
    groups: fc.uniqueArray(
      fc.record({ group: bytes32.map((bytes) => toHex(bytes) as GroupId), relay: origins }),
      { selector: ({ group }) => group, minLength: 1, maxLength: 12 },
    ),
    replaces: fc.boolean(),
  })
  .map((link) => ({
    ...link,
    replaces: link.purpose === 'device' && link.replaces,
    groups: [...link.groups].sort((a, b) => compare(a.relay, b.relay) || compare(a.group, b.group)),
  }))
const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))
const link: DeviceLink = {
  purpose: 'device',
  app: 'https://photos.rivera.example',
  seed: new Uint8Array(32).fill(7),
  groups: [
    { group: '0a'.repeat(32) as GroupId, relay: 'https://cats.example' },
    { group: 'fa'.repeat(32) as GroupId, relay: 'https://photos.rivera.example' },
  ],
  replaces: true,
}
const text = formatDeviceLink(link)

describe("the link to Ana's other phone", () => {
  test('brings all her groups there', () => {
    fc.assert(
      fc.property(anyLink, (sent) => {
        expect(parseDeviceLink(formatDeviceLink(sent))).toEqual(sent)
      }),
    )
  })

  test('is never taken for an invitation, nor the other way round', () => {
    expect(parseInvitationLink(text)).toBe(null)
    const invitation = `https://photos.rivera.example/join#1.${'A'.repeat(43)}.${'A'.repeat(43)}`
    expect(parseDeviceLink(invitation)).toBe(null)
  })

  test('fits a code that a phone reads from a screen: ten groups in 650 characters', () => {
    const groups = Array.from({ length: 10 }, (_, n) => ({
      group: toHex(new Uint8Array(32).fill(n)) as GroupId,
      relay: 'https://photos.rivera.example',
    }))
    expect(formatDeviceLink({ ...link, groups }).length).toBeLessThan(650)
  })

  test.each([
    ['with words around it', `Open this: ${text} Bye!`],
    ['in angle brackets', `<${text}>`],
    ['broken over lines', `${text.slice(0, 40)}\r\n${text.slice(40, 110)} \n${text.slice(110)}`],
    ['broken before a greeting', `${text.slice(0, 100)}\n${text.slice(100)}\nLove, Sam`],
    ['with invisible characters', text.split('').join('\u200b')],
    ['with the path in capitals', text.replace('/move', '/MOVE')],
    ['behind a broken one', `https://x.example/move#1.9.abc ${text}`],
  ])('is found %s', (_name, pasted) => {
    expect(parseDeviceLink(pasted)).toEqual(link)
  })

  test.each([
    ['nothing', ''],
    ['http on the open internet', text.replace('https', 'http')],
    ['another version', text.replace('#1.', '#2.')],
    ['cut', text.slice(0, -1)],
    ['a sheet that would put a device out', text.replace('/move', '/recover')],
    ['another path', text.replace('/move', '/remove')],
  ])('is not %s', (_name, pasted) => {
    expect(parseDeviceLink(pasted)).toBe(null)
  })

  test('with one character mistyped is no link at all', () => {
    const start = text.lastIndexOf('.') + 1
    fc.assert(
      fc.property(fc.integer({ min: start, max: text.length - 1 }), (at) => {
        const other = text.charAt(at) === 'A' ? 'B' : 'A'
        expect(parseDeviceLink(text.slice(0, at) + other + text.slice(at + 1))).toBe(null)
      }),
    )
  })

  test('is never misread into an exception, and read quickly however it was mangled', () => {
    const noise = fc.array(
      fc.constantFrom('https://', 'a.example', '/move#1.', '/recover#1.', '43.', 'oA', ' ', '\n'),
      { maxLength: 14 },
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          noise.map((parts) => parts.join('')),
        ),
        (pasted) => {
          const found = parseDeviceLink(pasted)
          if (found !== null) expect(parseDeviceLink(formatDeviceLink(found))).toEqual(found)
        },
      ),
      { numRuns: 1000 },
    )
    const startMs = performance.now()
    expect(parseDeviceLink('https://a '.repeat(20_000))).toBe(null)
    expect(parseDeviceLink(`https://a.example/move#1.9999.${'a '.repeat(4_000)}`)).toBe(null)
    expect(performance.now() - startMs).toBeLessThan(2_000)
  })
})

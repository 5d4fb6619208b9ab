import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatBytes,
  formatLength,
  formatBytesOf,
  formatCount,
  formatDate,
  formatDateTime,
  formatDay,
  formatDayTitle,
  formatMoment,
  formatMonth,
} from './format.ts'
import { wordsOfDevices } from './words-of-devices.ts'
import { wordsOfPeople } from './words-of-people.ts'

/** Every double, and what lies about the ends of dates. */
const anyNumber = fc.oneof(
  fc.double(),
  fc.maxSafeInteger(),
  fc.constantFrom(8.64e15, -8.64e15, 8.64e15 + 1, -8.64e15 - 1, 9e15, 1e300, -1e300),
)

describe('numbers that others wrote', () => {
  test.each([
    ['formatBytes', formatBytes],
    ['formatCount', formatCount],
    ['formatDate', formatDate],
    ['formatDateTime', formatDateTime],
    ['formatDay', formatDay],
    ['formatMoment', formatMoment],
    ['formatMonth', formatMonth],
    ['deviceSince', wordsOfDevices.deviceSince],
    ['sheetMade', wordsOfDevices.sheetMade],
  ] as const)('%s has a text for every one', (_, format) => {
    fc.assert(fc.property(anyNumber, (number) => format(number) !== ''))
  })

  test('so have those that take two', () => {
    fc.assert(
      fc.property(anyNumber, anyNumber, (a, b) => {
        expect(formatDayTitle(a, b)).not.toBe('')
        expect(formatBytesOf(a, b)).not.toBe('')
      }),
    )
  })

  test('a member who joined when no date is stands in the list like others', () => {
    expect(wordsOfPeople.cameBy({ came: { kind: 'founder' }, joinedMs: 9e15 })).toMatch(
      /^Started the group, /,
    )
    expect(wordsOfPeople.invitationUntil(Number.MAX_SAFE_INTEGER, null, true)).toMatch(/^until /)
  })
})

describe('months', () => {
  test.each([
    [2026 * 12 + 9, 'October 2026'],
    [50 * 12, 'January 50'],
    [-1, 'December 2'],
    [-271_821 * 12 + 3, 'April 271822'],
    [275_760 * 12 + 8, 'September 275760'],
  ])('month %i is %s', (number, text) => {
    expect(formatMonth(number)).toContain(text)
  })
})

test('lengths are told as players tell them', () => {
  expect([400, 42_000, 62_400, 3_723_000].map(formatLength)).toEqual([
    '0:00',
    '0:42',
    '1:02',
    '1:02:03',
  ])
})

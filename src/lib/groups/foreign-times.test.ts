/** Times that peers wrote: what no date has reads as not said. */
import { expect, test } from 'vitest'
import { readBinMark } from '#lib/albums/album-document.ts'
import { parseId, platformRandom, randomId } from '#lib/base/ids.ts'
import { memberJoinedMs } from './group-document.ts'
import { deviceWords } from './member-devices.ts'

const member = randomId('MemberId')
const device = parseId('DeviceId', 'd'.repeat(64))
const noDates: readonly unknown[] = [9e15, 1e300, -1e300, Infinity, NaN, '2026', null, {}]

test.each(noDates)('%s is no time to have joined at', (joined) => {
  expect(memberJoinedMs({ members: { [member]: { name: 'Sam', joined } } }, member)).toBeNull()
})

test.each(noDates)('a device that is in since %s keeps its name', (since) => {
  const words = { name: 'Phone', since, sheet: false }
  const document = { members: { [member]: { [`device ${device}`]: words } } }
  const said = device && deviceWords(document, member, device)
  expect(said).toEqual({ name: 'Phone', sinceMs: null, isSheet: false })
})

test.each(noDates)('what went into the bin at %s has lain there for ever', (at) => {
  expect(readBinMark({ by: platformRandom(16), at })?.atMs).toBe(0)
})

test('the first and the last date are times', () => {
  const joined = 8.64e15
  expect(memberJoinedMs({ members: { [member]: { joined } } }, member)).toBe(joined)
})

import { describe, expect, it } from 'vitest'
import { toHex, utf8 } from '#lib/base/bytes.ts'
import { descriptorRecord, directoryRecord, endRecords, headerRecord } from './zip-records.ts'

const entry = {
  ...{ name: utf8('é'), modifiedMs: Date.UTC(2026, 4, 1, 12), isLong: false },
  ...{ crc: 0x01020304, size: 5, offset: 6 },
}
const fiveGB = 5e9
const fiveGBHex = '00f2052a01000000'
const moment = '5554050001c095f469'
/** The record without its clock, which tells local time. */
const without = (clock: number, bytes: Uint8Array) =>
  toHex(bytes.subarray(0, clock)) + '|' + toHex(bytes.subarray(clock + 4))

describe('the records of a zip', () => {
  it('say of an ordinary file what the first version understands', () => {
    expect(without(10, headerRecord(entry))).toBe(
      '504b0304' + '1400' + '0808' + '0000|' + '00'.repeat(12) + '02000900' + 'c3a9' + moment,
    )
    expect(toHex(descriptorRecord(entry))).toBe('504b0708' + '04030201' + '05000000' + '05000000')
    expect(without(12, directoryRecord(entry))).toBe(
      '504b0102' +
        '2d03' +
        '1400' +
        '0808' +
        '0000|' +
        '04030201' +
        '05000000' +
        '05000000' +
        '02000900' +
        '0000'.repeat(3) +
        '0000a481' +
        '06000000' +
        'c3a9' +
        moment,
    )
  })

  it('tell lengths from 4 GiB on in eight bytes, and need a later version for that', () => {
    const film = { ...entry, size: fiveGB, isLong: true }
    const ones = 'ffffffff'
    expect(without(10, headerRecord(film))).toBe(
      '504b0304' +
        '2d00' +
        '0808' +
        '0000|' +
        '00000000' +
        ones +
        ones +
        '02001d00' +
        'c3a9' +
        '01001000' +
        '00'.repeat(16) +
        moment,
    )
    expect(toHex(descriptorRecord(film))).toBe('504b0708' + '04030201' + fiveGBHex + fiveGBHex)
    const inDirectory = without(12, directoryRecord(film))
    expect(inDirectory).toContain('2d032d00')
    expect(inDirectory).toContain('04030201' + ones + ones + '02001d00')
    expect(inDirectory).toContain('06000000' + 'c3a9' + '01001000' + fiveGBHex + fiveGBHex + moment)
  })

  it('tell only the place in eight bytes where only the place is beyond 4 GiB', () => {
    const far = directoryRecord({ ...entry, offset: fiveGB })
    expect(without(12, far)).toContain('04030201' + '05000000' + '05000000' + '02001500')
    expect(without(12, far)).toContain('ffffffff' + 'c3a9' + '01000800' + fiveGBHex + moment)
  })

  it('leave out a moment that does not fit, and tell the nearest that the clock can', () => {
    const late = { ...entry, modifiedMs: Date.UTC(2200, 1) }
    expect(headerRecord(late)).toHaveLength(32)
    expect(headerRecord(late).subarray(10, 14)).toEqual(
      headerRecord({ ...entry, modifiedMs: Date.UTC(2107, 11, 30) }).subarray(10, 14),
    )
    const old = headerRecord({ ...entry, modifiedMs: Date.UTC(1950, 1) })
    expect((old[13] ?? 0) >> 1).toBe(0)
  })

  it('end as in the first version until files, their directory or its place are too many', () => {
    const small = { count: 65_534, size: 100, offset: 200 }
    expect(toHex(endRecords(small))).toBe(
      '504b0506' + '00000000' + 'feff' + 'feff' + '64000000' + 'c8000000' + '0000',
    )
    expect(toHex(endRecords({ ...small, count: 65_535 }))).toBe(
      '504b0606' +
        '2c00000000000000' +
        '2d03' +
        '2d00' +
        '00'.repeat(8) +
        'ffff000000000000' +
        'ffff000000000000' +
        '6400000000000000' +
        'c800000000000000' +
        '504b0607' +
        '00000000' +
        '2c01000000000000' +
        '01000000' +
        '504b0506' +
        '00000000' +
        'ffff' +
        'ffff' +
        '64000000' +
        'c8000000' +
        '0000',
    )
    expect(toHex(endRecords({ ...small, offset: fiveGB }))).toContain('64000000ffffffff0000')
    expect(toHex(endRecords({ ...small, size: fiveGB }))).toContain('ffffffffc80000000000')
  })
})

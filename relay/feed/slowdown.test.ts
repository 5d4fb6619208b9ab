import { describe, expect, test } from 'vitest'
import { secondMs } from '#lib/base/time.ts'
import { createAddressRates, householdOf } from './slowdown.ts'

describe('a household', () => {
  test('is an IPv4 address, or the first half of an IPv6 one', () => {
    expect(householdOf('192.0.2.7')).toBe('192.0.2.7')
    expect(householdOf('::ffff:192.0.2.7')).toBe('192.0.2.7')
    expect(householdOf('2001:db8:1:2:3:4:5:6')).toBe('2001:db8:1:2')
    expect(householdOf('2001:db8::5')).toBe(householdOf('2001:db8::6:7:8:9'))
    expect(householdOf('2001:db8:0:1::5')).not.toBe(householdOf('2001:db8::5'))
    expect(householdOf('fe80::1%eth0')).toBe('fe80:0:0:0')
    expect(householdOf('::1')).toBe('0:0:0:0')
    expect(householdOf('')).toBe('')
  })

  test('that asks too often waits, while its neighbour does not', () => {
    let nowMs = 0
    const rates = createAddressRates({ perSecond: 2, burst: 3 }, () => nowMs)
    const ana = () => rates.take('192.0.2.7')
    expect([ana(), ana(), ana(), ana()]).toEqual([0, 0, 0, secondMs / 2])
    expect(rates.take('192.0.2.8')).toBe(0)
    nowMs = 10 * secondMs
    expect(ana()).toBe(0)
  })

  test('that was quiet for longest is forgotten first, so that the memory has an end', () => {
    const rates = createAddressRates({ perSecond: 0.001, burst: 1 }, () => 0)
    rates.take('eve')
    rates.take('ana')
    for (let i = 0; i < 9_998; i++) rates.take(String(i))
    expect(rates.take('ana')).toBeGreaterThan(0)
    rates.take('one more')
    expect(rates.take('eve')).toBe(0)
  })
})

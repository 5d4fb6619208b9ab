import { expect, test } from 'vitest'
import { formatOffset, inputToWall, offsetChoices, wallToInput } from './time-zones.ts'

test('a time goes through the input as the clock on the wall showed it', () => {
  const takenMs = Date.UTC(1987, 6, 14, 12, 5)
  expect(wallToInput(takenMs)).toBe('1987-07-14T12:05:00')
  expect(inputToWall('1987-07-14T12:05')).toBe(takenMs)
  expect(inputToWall('')).toBeNull()
})

test('every zone is offered once, with the one that stands there', () => {
  const choices = offsetChoices(-61)
  expect(choices).toContain(-61)
  expect(choices).toContain(345)
  expect(new Set(offsetChoices(120)).size).toBe(offsetChoices(null).length)
  expect([formatOffset(345), formatOffset(-210), formatOffset(0)]).toEqual([
    'UTC+05:45',
    'UTC−03:30',
    'UTC+00:00',
  ])
})

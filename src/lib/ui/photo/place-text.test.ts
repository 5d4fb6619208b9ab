import { expect, test } from 'vitest'
import { parsePlaceText, placeToText } from './place-text.ts'

test('Ana pastes a place as maps write it', () => {
  const lake = { latitudeE7: 432_617_230, longitudeE7: -29_253_110 }
  for (const text of ['43.261723, -2.925311', ' 43.261723 -2.925311', '(43.261723°, -2.925311°)'])
    expect(parsePlaceText(text)).toEqual(lake)
  expect(placeToText(lake)).toBe('43.26172, -2.92531')
})

test('what is no place on earth is refused', () => {
  for (const text of ['', 'the lake', '43', '91, 0', '0, 181', '1e3, 2', '43,2, 2,9'])
    expect(parsePlaceText(text)).toBeNull()
})

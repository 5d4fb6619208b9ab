import { expect, test } from 'vitest'
import { foldText, holdsWord, monthText, searchWords } from './search-words.ts'

const holds = (text: string, query: string) =>
  searchWords(query).every((word) => holdsWord([foldText(text)], word))

test('accents, capitals and signs between words make no difference', () => {
  expect(holds('Café am Größten See, Niño', 'cafe nino')).toBe(true)
  expect(holds('IMG_2041.jpg', 'img 2041')).toBe(true)
  expect(holds('Ελλάδα', 'ελλαδα')).toBe(true)
  expect(holds('写真 家族', '家族')).toBe(true)
})

test('every word must begin a word, and none may be missing', () => {
  expect(holds('Grandpa turns 80', 'gran tur')).toBe(true)
  expect(holds('Grandpa turns 80', 'pa')).toBe(false)
  expect(holds('Grandpa turns 80', 'grandpa 81')).toBe(false)
})

test('a photo is found by its month and its year', () => {
  const june = monthText(Date.UTC(2024, 5, 30, 23))
  expect(['june', 'jun', '2024'].every((word) => holdsWord([june], word))).toBe(true)
  expect(holdsWord([june], 'july')).toBe(false)
})

test('signs alone look for nothing', () => {
  expect(searchWords('  … !? ')).toEqual([])
})

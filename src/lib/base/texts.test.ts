import { expect, test } from 'vitest'
import { cutText } from './texts.ts'

test('a cut text halves no emoji, and one that came halved can be written all the same', () => {
  expect(cutText('lake.jpg', 255)).toBe('lake.jpg')
  expect(cutText('lake.jpg', 4)).toBe('lake')
  expect(cutText('ab😀c', 3)).toBe('ab')
  expect(cutText('ab😀c', 4)).toBe('ab😀')
  expect(cutText('ab😀', 4)).toBe('ab😀')
  expect(cutText('a\ud83d', 9)).toBe('a\ufffd')
  expect(cutText('\ude00bc', 2)).toBe('\ufffdb')
  expect(cutText('', 2)).toBe('')
})

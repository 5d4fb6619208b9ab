import { expect, test } from 'vitest'
import { chosenSince } from './choose-photos.ts'

const askedMs = Date.UTC(2026, 6, 1)
const file = (name: string, lastModified: number): File => new File([name], name, { lastModified })

test('one photo that is newer than the question was taken for it; an older one, or one of several, was chosen', () => {
  const [shot, old] = [file('image.jpg', askedMs + 4000), file('IMG_1.jpg', askedMs - 1)]
  expect(chosenSince(askedMs, [shot])).toEqual([{ file: shot, capturedMs: askedMs + 4000 }])
  expect(chosenSince(askedMs, [old])).toEqual([{ file: old }])
  expect(chosenSince(askedMs, [shot, old])).toEqual([{ file: shot }, { file: old }])
})

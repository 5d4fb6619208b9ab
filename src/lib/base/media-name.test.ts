import { expect, test } from 'vitest'
import { isShownByName, mediaName, safeMediaName } from './media-name.ts'

const photo = (name: string, mime = 'image/jpeg') => safeMediaName({ kind: 'photo', name, mime })

test('a photo keeps its name, and one that is called like something else gets an end of its own', () => {
  for (const name of ['IMG_1.JPG', 'a.b.heic', 'clip.MOV', 'raw.cr3', 'PXL.MP.jpg', 'PXL.MP'])
    expect(photo(name)).toBe(name)
  for (const end of [
    'html',
    'svg',
    'xhtml',
    'exe',
    'hta',
    'lnk',
    'url',
    'js',
    'pdf',
    'xml',
    'shtml',
  ])
    expect(photo(`IMG_1.${end}`)).toBe(`IMG_1.${end}.jpg`)
  for (const name of ['', 'Dr. Sam', 'a.html.', 'a.html ', 'a.jpg.html', '.html', 'x.jpg\u200b'])
    expect(photo(name)).toBe(`${name}.jpg`)
})

test('the end is that of the type, else that of the kind', () => {
  expect(photo('a.html', 'image/webp')).toBe('a.html.webp')
  for (const mime of ['text/html', 'image/svg+xml', '', 'constructor', '__proto__', 'video/../x'])
    expect(photo('a', mime)).toBe('a.jpg')
  expect(safeMediaName({ kind: 'video', name: 'a', mime: 'video/quicktime' })).toBe('a.mov')
  expect(safeMediaName({ kind: 'video', name: 'a.hta', mime: 'text/html' })).toBe('a.hta.mp4')
})

test('what says that it is a file is called as it is', () => {
  const file = { kind: 'file', name: 'letter.html', mime: 'text/html' } as const
  expect(safeMediaName(file)).toBe('letter.html')
})

test('only what every browser takes for a picture or film by its name is shown by it', () => {
  expect(['a.jpg', 'b/c.HEIC', 'a.html.png', 'a.mp4'].every(isShownByName)).toBe(true)
  const others = ['a.html', 'a.svg', 'a', 'a.raf', 'a.jpg.hta', 'a.pdf', 'jpg', 'a.jpg/b']
  expect(others.some(isShownByName)).toBe(false)
  expect(others.filter((name) => mediaName.test(name))).toEqual(['a.raf'])
})

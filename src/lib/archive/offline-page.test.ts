import { describe, expect, it } from 'vitest'
import { addressOf, writeOfflinePage } from './offline-page.ts'
import type { AlbumsFile } from './albums-file.ts'

const words = {
  ...{ language: 'en', title: 'Family', albums: 'Albums', comments: 'Comments' },
  ...{ notIncluded: 'not in this zip', footer: 'Made with Mantel' },
}
const nasty = `</p><script>alert("1")</script><img src=x onerror='alert(1)'>&`

function pageOf(text: string, path: string | null): string {
  const file: AlbumsFile = {
    exportedMs: 0,
    groups: [
      {
        ...{ id: 'g', name: text },
        albums: [{ id: text, title: text, order: 'newest', cover: null, items: ['i', 'gone'] }],
        items: [
          {
            ...{ id: 'i', kind: 'video', name: text, thumbnail: null, width: 0, height: 0 },
            files:
              path === null
                ? []
                : [{ role: 'original', path, content: '', bytes: 1, mime: 'video/mp4' }],
            ...{ taken: { takenMs: 0, offsetMinutes: null }, place: null, caption: text },
            ...{ author: text, from: null, comments: [{ author: text, atMs: 0, text }] },
            reactions: [{ author: text, reaction: text }],
          },
        ],
      },
    ],
  }
  return [...writeOfflinePage(file, { ...words, title: text })].join('')
}

describe('the page in a zip', () => {
  it('runs nothing of what members wrote', () => {
    const page = pageOf(nasty, `${nasty}/a.mp4`)
    expect(page).not.toMatch(/<script|<img src=x|onerror='/)
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;')
    expect(page).toContain("default-src 'none'")
  })

  it('says where an original is not in the zip', () => {
    expect(pageOf('Lake', null)).toContain('not in this zip')
    expect(pageOf('Lake', 'Lake/a.mp4')).toContain('href="./Lake/a.mp4"')
  })

  it.each(['a.html', 'a.svg', 'a.jpg.hta', 'a', 'a.pdf', 'a.exe'])(
    'does not lead to %s, but says where it is',
    (name) => {
      const page = pageOf('Lake', `Lake/${name}`)
      expect(page).not.toContain(`href="./Lake`)
      expect(page).toContain(`<p class="missing">Lake/${name}</p>`)
    },
  )

  it('finds files whose names mean something in addresses', () => {
    expect(addressOf('Ä #1/50% of "?" \'x\'.jpg')).toBe(
      './%C3%84%20%231/50%25%20of%20%22%3F%22%20%27x%27.jpg',
    )
    expect(addressOf('javascript:alert(1)')).toBe('./javascript%3Aalert(1)')
  })
})

import { expect, it, vi } from 'vitest'
import type { ImportNotice } from '#lib/engine/api.ts'
import { ImportNews } from './import-news.ts'
import { Toasts } from './toasts.svelte.ts'

function notice(name: string, outcome: ImportNotice['outcome']): ImportNotice {
  return { group: 'g', album: 'a', name, file: name, outcome } as unknown as ImportNotice
}

function duplicate(name: string, albumTitle = 'Lake'): ImportNotice {
  return notice(name, { kind: 'duplicate', of: 'item', albumTitle } as ImportNotice['outcome'])
}

it('of a thousand files that Sam has added before one sentence is said, and it stays where it is', () => {
  vi.useFakeTimers()
  const toasts = new Toasts()
  const news = new ImportNews(toasts)
  const said = () => toasts.list.map(({ text }) => text)
  news.hear(duplicate('a.jpg'))
  vi.advanceTimersByTime(1000)
  expect(said()).toEqual(['a.jpg is in Lake already.'])
  const [first] = toasts.list
  for (let n = 1; n < 1000; n++) {
    news.hear(duplicate(`${n}.jpg`))
    vi.advanceTimersByTime(10)
  }
  news.hear(notice('b.txt', { kind: 'failed', why: 'unreadable' }))
  vi.advanceTimersByTime(1000)
  expect(said()).toEqual([
    '1,000 photos are in Lake already.',
    'b.txt could not be read and was not added.',
  ])
  expect(toasts.list[0]?.id).toBe(first?.id)
  news.countAnew()
  news.hear(duplicate('e.jpg'))
  vi.advanceTimersByTime(1000)
  expect(said()[0]).toBe('e.jpg is in Lake already.')
  vi.advanceTimersByTime(7000)
  expect(said()).toEqual([])
  // What comes later is counted anew.
  news.hear(duplicate('c.jpg', 'Boat'))
  news.hear(duplicate('d.jpg', 'Lake'))
  vi.advanceTimersByTime(1000)
  expect(said()).toEqual(['2 photos are in albums of the group already.'])
  vi.useRealTimers()
})

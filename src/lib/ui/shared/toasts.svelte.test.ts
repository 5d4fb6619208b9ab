import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Toasts } from './toasts.svelte.ts'

const action = { label: 'Undo', run: () => undefined }
const said = (toasts: Toasts) => toasts.list.map(({ text }) => text)

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('what offers an act stays while other things are said, and these make room for each other', () => {
  const toasts = new Toasts()
  toasts.show({ text: 'binned', action })
  for (const text of ['one', 'two', 'three']) toasts.show({ text })
  expect(said(toasts)).toEqual(['binned', 'two', 'three'])
  toasts.show({ text: 'moved', action })
  toasts.show({ text: 'copied', action })
  expect(said(toasts)).toEqual(['binned', 'moved', 'copied'])
  toasts.show({ text: 'four' })
  expect(said(toasts)).toEqual(['binned', 'moved', 'copied', 'four'])
  toasts.show({ text: 'five' })
  expect(said(toasts)).toEqual(['binned', 'moved', 'copied', 'five'])
  toasts.show({ text: 'arranged', action })
  expect(said(toasts)).toEqual(['moved', 'copied', 'arranged'])
})

it('nothing leaves while Ana points at it or has it in focus, and afterwards she has the whole time', () => {
  const toasts = new Toasts()
  toasts.show({ text: 'binned', action })
  vi.advanceTimersByTime(8000)
  toasts.hold('pointer')
  toasts.hold('focus')
  toasts.show({ text: 'said meanwhile' })
  vi.advanceTimersByTime(60_000)
  toasts.letGo('pointer')
  vi.advanceTimersByTime(60_000)
  expect(said(toasts)).toEqual(['binned', 'said meanwhile'])
  toasts.letGo('focus')
  vi.advanceTimersByTime(8000)
  expect(said(toasts)).toEqual(['binned'])
  vi.advanceTimersByTime(2000)
  expect(said(toasts)).toEqual([])
})

it('where the last one is sent away under the pointer, the next one leaves by itself again', () => {
  const toasts = new Toasts()
  toasts.show({ text: 'one' })
  toasts.hold('pointer')
  toasts.dismiss(toasts.list[0]?.id ?? -1)
  toasts.show({ text: 'two' })
  vi.advanceTimersByTime(6000)
  expect(said(toasts)).toEqual([])
})

import { expect, test } from 'vitest'
import { createSubscription, type SubscribedGroup } from './feed-subscription.ts'

/** A feed of `end` entries whose batches are their own number. */
function feedOf(start: number): { group: SubscribedGroup; grow: () => void } {
  let end = start
  return {
    group: {
      feed: { end: () => end },
      batchAfter: () => ({ frame: Uint8Array.of(end), to: end }),
    },
    grow: () => end++,
  }
}

test('Ana hears of a new entry although she was told of nothing new before', async () => {
  const { group, grow } = feedOf(1)
  const heard: number[] = []
  const subscription = createSubscription(
    group,
    (frame) => Promise.resolve(void heard.push(frame[0] ?? 0)),
    0,
  )
  await subscription.advance()
  await subscription.advance()
  grow()
  await subscription.advance()
  expect(heard).toEqual([1, 2])
})

test('an entry that comes while another is on its way is sent after it', async () => {
  const { group, grow } = feedOf(1)
  const heard: number[] = []
  const arrived: (() => void)[] = []
  const subscription = createSubscription(
    group,
    (frame) => {
      heard.push(frame[0] ?? 0)
      return new Promise((resolve) => arrived.push(resolve))
    },
    0,
  )
  const first = subscription.advance()
  grow()
  void subscription.advance()
  expect(heard).toEqual([1])
  arrived.shift()?.()
  await new Promise((resolve) => setImmediate(resolve))
  expect(heard).toEqual([1, 2])
  arrived.shift()?.()
  await first
})

test('whoever is put out while an entry is on its way is still told of it', async () => {
  const { group, grow } = feedOf(1)
  const heard: number[] = []
  const subscription = createSubscription(
    group,
    (frame) => {
      heard.push(frame[0] ?? 0)
      return new Promise(() => undefined)
    },
    0,
  )
  void subscription.advance()
  grow()
  void subscription.advance()
  subscription.sendNext()
  subscription.stop()
  expect(heard).toEqual([1, 2])
  grow()
  subscription.sendNext()
  expect(heard).toEqual([1, 2])
})

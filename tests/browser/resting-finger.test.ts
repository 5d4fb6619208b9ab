/** A finger on the photos: when it rests, and when it only seems to because the page is busy. */
import { expect, test } from 'vitest'
import { followFingers } from '#lib/ui/photo/grid-gestures.ts'

const restMs = 400

test('a finger whose move is told only after the time of rest has not rested', async () => {
  const { list, begun, end } = listUnderFingers()
  // As browsers do: moves are told with the next frame, and the timer that is due comes before it.
  setTimeout(() => requestAnimationFrame(() => touch(list, 'touchmove', 240)), restMs)
  touch(list, 'touchstart', 300)
  await later(restMs + 100)
  expect(begun).toEqual([])
  end()
})

test.each([
  ['pointercancel', 300],
  ['pointermove', 240],
])('a finger that the browser scrolls with has not rested (%s)', async (type, clientY) => {
  const { list, begun, end } = listUnderFingers()
  touch(list, 'touchstart', 300)
  list.dispatchEvent(new PointerEvent(type, { pointerType: 'touch', clientX: 100, clientY }))
  await later(restMs + 100)
  expect(begun).toEqual([])
  end()
})

test('a finger that stays rests', async () => {
  const { list, begun, end } = listUnderFingers()
  touch(list, 'touchstart', 300)
  touch(list, 'touchmove', 304)
  await later(restMs + 100)
  expect(begun).toEqual([300])
  end()
})

function listUnderFingers(): { list: HTMLElement; begun: number[]; end: () => void } {
  const list = document.createElement('ul')
  document.body.append(list)
  const begun: number[] = []
  const nothing = (): void => undefined
  const stop = followFingers(list, {
    begin: (_, y) => begun.push(y),
    drawTo: nothing,
    spread: nothing,
  })
  return {
    ...{ list, begun },
    end: () => {
      stop()
      list.remove()
    },
  }
}

function touch(target: HTMLElement, type: string, clientY: number): void {
  const touches = [new Touch({ identifier: 1, target, clientX: 100, clientY })]
  target.dispatchEvent(new TouchEvent(type, { touches, bubbles: true, cancelable: true }))
}

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

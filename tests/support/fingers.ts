/** Fingers on the screen of a page, as Chromium hears of them: where from there on everything is the browser's own. */
import type { CDPSession, Page } from 'playwright-core'

interface Point {
  readonly x: number
  readonly y: number
}

export interface Fingers {
  down(at: Point): Promise<void>
  /** The finger goes there in steps, as a real one does. */
  to(at: Point): Promise<void>
  up(): Promise<void>
  /** Down, over there and up. */
  swipe(from: Point, to: Point): Promise<void>
  doubleTap(at: Point): Promise<void>
  /** Two fingers around a point: apart where the scale is above 1. */
  pinch(around: Point, scale: number): Promise<void>
}

const steps = 8

export async function fingersOn(page: Page): Promise<Fingers> {
  const devtools = await page.context().newCDPSession(page)
  let last: Point = { x: 0, y: 0 }
  const down = async (at: Point) => {
    last = at
    await touch(devtools, 'touchStart', [at])
  }
  const to = async (at: Point) => {
    const from = last
    for (let n = 1; n <= steps; n++) {
      last = between(from, at, n / steps)
      await touch(devtools, 'touchMove', [last])
    }
  }
  const up = () => touch(devtools, 'touchEnd', [])
  return {
    ...{ down, to, up },
    async swipe(from, at) {
      await down(from)
      await to(at)
      await up()
    },
    async doubleTap({ x, y }) {
      const tap = { x, y, tapCount: 2, gestureSourceType: 'touch' } as const
      await devtools.send('Input.synthesizeTapGesture', tap)
    },
    async pinch(around, scale) {
      const [near, far] = [60, 60 * Math.max(scale, 1 / scale)]
      const [start, end] = scale > 1 ? [near, far] : [far, near]
      await touch(devtools, 'touchStart', both(around, start))
      for (let n = 1; n <= steps; n++)
        await touch(devtools, 'touchMove', both(around, start + ((end - start) * n) / steps))
      await up()
    },
  }
}

async function touch(
  devtools: CDPSession,
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  points: readonly Point[],
): Promise<void> {
  const touchPoints = points.map(({ x, y }, id) => ({ x, y, id }))
  await devtools.send('Input.dispatchTouchEvent', { type, touchPoints })
}

function between(from: Point, to: Point, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share }
}

function both({ x, y }: Point, apart: number): Point[] {
  return [
    { x: x - apart / 2, y },
    { x: x + apart / 2, y },
  ]
}

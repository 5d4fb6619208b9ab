/**
 * What fingers do on a grid, as events of the browser tell it: one that rests and then draws, two that spread.
 * Scrolling stays the browser's own until a finger has rested long enough.
 *
 * Units  CSS pixels of the window
 */
export interface FingerActs {
  /** A finger has rested at a point. */
  begin(x: number, y: number): void
  /** It draws on, or the list moves beneath it. */
  drawTo(x: number, y: number): void
  /** Two fingers went apart (−1: larger photos) or together (1) around a point. */
  spread(by: 1 | -1, x: number, y: number): void
}

const restMs = 400
const restPx = 10
/** Two fingers must go this much apart, or together, for one step. */
const spreadRatio = 1.35
const edgePx = 96
/** At the very edge, in one frame. */
const mostScrollPx = 22

interface Point {
  readonly x: number
  readonly y: number
}

/** Listens until the returned function is called. */
export function followFingers(element: HTMLElement, acts: FingerActs): () => void {
  const rest = createRest()
  const drawing = createDrawing(acts)
  const spreading = createSpreading(acts)

  const start = (event: TouchEvent): void => {
    rest.cancel()
    const finger = pointOf(event.touches[0])
    if (event.touches.length === 2) spreading.start(event.touches)
    else if (finger !== null) rest.wait(finger, () => drawing.start(finger))
  }
  const move = (event: TouchEvent): void => {
    const finger = pointOf(event.touches[0])
    if (finger === null) return
    if (drawing.isOn() || spreading.isOn()) {
      if (event.cancelable) event.preventDefault()
      if (drawing.isOn()) drawing.move(finger)
      else spreading.move(event.touches)
    } else rest.move(finger)
  }
  const end = (event: TouchEvent): void => {
    rest.cancel()
    // The tap that would follow must not undo what was just picked.
    if (drawing.isOn() && event.cancelable) event.preventDefault()
    drawing.stop()
    spreading.stop()
  }
  // While a browser scrolls it may tell pointers what it does not tell touches: that they move, or that they are its own.
  const watchRest = ({ clientX: x, clientY: y }: PointerEvent): void => rest.move({ x, y })
  const endRest = (): void => rest.cancel()
  const refuseMenu = (event: Event): void => {
    if (drawing.isOn()) event.preventDefault()
  }

  element.addEventListener('touchstart', start, { passive: true })
  element.addEventListener('touchmove', move, { passive: false })
  element.addEventListener('touchend', end, { passive: false })
  element.addEventListener('touchcancel', end)
  element.addEventListener('pointermove', watchRest)
  element.addEventListener('pointercancel', endRest)
  element.addEventListener('contextmenu', refuseMenu)
  return () => {
    rest.cancel()
    drawing.stop()
    element.removeEventListener('touchstart', start)
    element.removeEventListener('touchmove', move)
    element.removeEventListener('touchend', end)
    element.removeEventListener('touchcancel', end)
    element.removeEventListener('pointermove', watchRest)
    element.removeEventListener('pointercancel', endRest)
    element.removeEventListener('contextmenu', refuseMenu)
  }
}

/** How fast a list moves, in pixels a frame, under a finger this near to an edge of the window. */
export function edgeSpeed(y: number, windowHeight: number): number {
  const above = edgePx - y
  const below = y - (windowHeight - edgePx)
  const depth = Math.max(above, below)
  if (depth <= 0) return 0
  const speed = Math.ceil((Math.min(depth, edgePx) / edgePx) * mostScrollPx)
  return above > below ? -speed : speed
}

function createRest() {
  let timer = 0
  let frame = 0
  let from: Point = { x: 0, y: 0 }
  const cancel = (): void => {
    clearTimeout(timer)
    cancelAnimationFrame(frame)
  }
  return {
    wait(at: Point, act: () => void) {
      from = at
      // Browsers tell of moves once a frame: on a busy page the timer would come before the move that ends the rest.
      timer = window.setTimeout(() => (frame = requestAnimationFrame(act)), restMs)
    },
    move({ x, y }: Point) {
      if (Math.hypot(x - from.x, y - from.y) > restPx) cancel()
    },
    cancel,
  }
}

function createDrawing(acts: FingerActs) {
  let finger: Point | null = null
  let frame = 0
  let hasMoved = false
  const scrollOn = (): void => {
    if (finger === null) return
    const speed = hasMoved ? edgeSpeed(finger.y, innerHeight) : 0
    if (speed !== 0) {
      scrollBy({ top: speed, behavior: 'instant' })
      acts.drawTo(finger.x, finger.y)
    }
    frame = requestAnimationFrame(scrollOn)
  }
  return {
    isOn: () => finger !== null,
    start(at: Point) {
      finger = at
      hasMoved = false
      if ('vibrate' in navigator) navigator.vibrate(12)
      acts.begin(at.x, at.y)
      frame = requestAnimationFrame(scrollOn)
    },
    move(to: Point) {
      if (finger === null) return
      hasMoved ||= Math.hypot(to.x - finger.x, to.y - finger.y) > restPx
      if (!hasMoved) return
      finger = to
      acts.drawTo(to.x, to.y)
    },
    stop() {
      finger = null
      cancelAnimationFrame(frame)
    },
  }
}

function createSpreading(acts: FingerActs) {
  let apart = 0
  return {
    isOn: () => apart > 0,
    start: (touches: TouchList) => (apart = distance(touches)),
    move(touches: TouchList) {
      const now = distance(touches)
      const [a, b] = [pointOf(touches[0]), pointOf(touches[1])]
      if (a === null || b === null || apart === 0) return
      const by = now > apart * spreadRatio ? -1 : now < apart / spreadRatio ? 1 : 0
      if (by === 0) return
      apart = now
      acts.spread(by, (a.x + b.x) / 2, (a.y + b.y) / 2)
    },
    stop: () => (apart = 0),
  }
}

function distance(touches: TouchList): number {
  const [a, b] = [pointOf(touches[0]), pointOf(touches[1])]
  return a === null || b === null ? 0 : Math.hypot(a.x - b.x, a.y - b.y)
}

function pointOf(touch: Touch | undefined): Point | null {
  return touch === undefined ? null : { x: touch.clientX, y: touch.clientY }
}

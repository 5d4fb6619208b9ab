/** Runs inside a page: frames, long tasks and tiles while something moves. */

interface Watched {
  /** From one frame to the next. */
  readonly framesMs: number[]
  readonly tasksMs: number[]
  mostTiles: number
}

declare global {
  var watchedFrames: Watched | null
}

/** Begins to watch; self-contained, because only its text travels into the page. Ends when `watchedFrames` is cleared. */
export function watchFrames(): void {
  const watched: Watched = { framesMs: [], tasksMs: [], mostTiles: 0 }
  globalThis.watchedFrames = watched
  const tasks = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) watched.tasksMs.push(duration)
  })
  tasks.observe({ entryTypes: ['longtask'] })
  let lastMs = performance.now()
  const look = (nowMs: number) => {
    if (globalThis.watchedFrames !== watched) {
      tasks.disconnect()
      return
    }
    watched.framesMs.push(nowMs - lastMs)
    lastMs = nowMs
    const tiles = document.querySelectorAll('li[data-index]').length
    watched.mostTiles = Math.max(watched.mostTiles, tiles)
    requestAnimationFrame(look)
  }
  requestAnimationFrame((nowMs) => {
    lastMs = nowMs
    requestAnimationFrame(look)
  })
}

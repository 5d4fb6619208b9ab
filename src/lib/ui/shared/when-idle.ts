/** Calls back once the page has nothing else to do, at the latest after `mostMs`. */
export function whenIdle(act: () => void, mostMs: number): void {
  // Safari knows no idle time.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(act, { timeout: mostMs })
  else setTimeout(act)
}

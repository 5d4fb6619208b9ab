/** Something that waits until nothing has asked for it for a while, or is done at once where it cannot wait. */
export interface AtRest {
  /** Asks for it; asking again begins the wait anew. */
  ask(): void
  /** Does it now, where it was asked for and has not been done. */
  now(): void
}

export function createAtRest(act: () => void, restMs: number): AtRest {
  let timer: ReturnType<typeof setTimeout> | null = null
  const now = (): void => {
    if (timer === null) return
    clearTimeout(timer)
    timer = null
    act()
  }
  return {
    ask() {
      if (timer !== null) clearTimeout(timer)
      timer = setTimeout(now, restMs)
    },
    now,
  }
}

/**
 * Keeps the screen on while something is to be finished, so that a phone that goes dark does not stop it half-way.
 *
 * The browser takes the lock away whenever the page is hidden; it is asked for again when the page is back.
 */

/** What of the browser is needed for that. */
export interface Screen {
  /** Rejects where the browser does not want to: on a low battery, say. */
  request(): Promise<{ release(): Promise<void> }>
  isVisible(): boolean
}

export interface KeepAwake {
  /** Whether the screen is to stay on. */
  want(isWanted: boolean): void
  /** The page was shown or hidden. */
  look(): void
}

/** Does nothing where the browser cannot. */
export function createKeepAwake(screen: Screen | null): KeepAwake {
  let isWanted = false
  let lock: Promise<{ release(): Promise<void> } | null> | null = null

  const look = (): void => {
    // Hidden, the browser has given it back itself.
    if (screen?.isVisible() !== true) lock = null
    else if (isWanted) lock ??= screen.request().catch(() => null)
    else {
      void lock?.then((held) => held?.release()).catch(() => undefined)
      lock = null
    }
  }

  return {
    look,
    want(next) {
      if (isWanted === next) return
      isWanted = next
      look()
    },
  }
}

/** The screen of this page; null where the browser has no way to keep it on. */
export function pageScreen(): Screen | null {
  if (!('wakeLock' in navigator)) return null
  return {
    request: () => navigator.wakeLock.request('screen'),
    isVisible: () => document.visibilityState === 'visible',
  }
}

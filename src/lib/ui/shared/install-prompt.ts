/**
 * Chromium's own question whether to install the app. It is asked for once per visit, often before any
 * screen listens, so it is kept from the first moment of the page.
 */

/** Not in TypeScript's DOM types (https://wicg.github.io/manifest-incubations/#beforeinstallpromptevent-interface). */
interface InstallEvent extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>
}

export class InstallPrompt {
  #event: InstallEvent | null = null

  constructor() {
    addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault()
      this.#event = event as InstallEvent
    })
  }

  get isOffered(): boolean {
    return this.#event !== null
  }

  /** Asks; true where the person agreed. */
  async ask(): Promise<boolean> {
    const event = this.#event
    this.#event = null
    return event !== null && (await event.prompt()).outcome === 'accepted'
  }
}

/** A link for another device while a screen shows it: how long it works, and whether it was used. */
import { createSubscriber } from 'svelte/reactivity'
import type { Result } from '#lib/base/result.ts'
import type { DeviceLinkProblem, DeviceLinkState, OwnDeviceLink } from '#lib/engine/device-api.ts'
import type { App } from './app.svelte.ts'

type Make = () => Promise<Result<OwnDeviceLink, DeviceLinkProblem>>

const tickMs = 1000

export class LinkView {
  readonly #app: App
  readonly #make: Make
  readonly #follow: () => void
  #link = $state.raw<OwnDeviceLink | null>(null)
  #state = $state<DeviceLinkState>('sending')
  #problem = $state.raw<DeviceLinkProblem | null>(null)
  #leftMs = $state(0)

  constructor(app: App, make: Make) {
    this.#app = app
    this.#make = make
    this.#follow = createSubscriber(() => {
      const timer = setInterval(() => void this.#look(), tickMs)
      return () => {
        clearInterval(timer)
      }
    })
  }

  /** Null while it is made, and where it cannot be. */
  get link(): OwnDeviceLink | null {
    this.#follow()
    return this.#link
  }

  get state(): DeviceLinkState {
    return this.#state
  }

  get problem(): DeviceLinkProblem | null {
    this.#follow()
    return this.#problem
  }

  get leftMs(): number {
    return this.#leftMs
  }

  /** A fresh link; the one before is taken back. */
  async renew(): Promise<void> {
    await this.takeBack()
    this.#problem = null
    const made = await this.#make()
    if (made.ok) {
      this.#state = 'sending'
      this.#link = made.value
      await this.#look()
    } else this.#problem = made.error
  }

  /** Nobody is to use it any more. */
  async takeBack(): Promise<void> {
    const link = this.#link
    this.#link = null
    if (link !== null && this.#state !== 'used')
      await this.#app.client.engine.withdrawDeviceLink(link)
  }

  async #look(): Promise<void> {
    // What was still on its way may have arrived: then the link can be made after all.
    if (this.#problem?.kind === 'still-waiting') await this.renew()
    const link = this.#link
    if (link === null || this.#state === 'used') return
    this.#leftMs = Math.max(0, link.expiresMs - Date.now())
    this.#state = await this.#app.client.engine.deviceLinkState(link)
  }
}

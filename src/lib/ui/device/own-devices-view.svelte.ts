/** My devices, read again whenever the engine says that something changed. */
import { createSubscriber } from 'svelte/reactivity'
import type { OwnDevices } from '#lib/engine/device-api.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'

export class OwnDevicesView {
  readonly #app: App
  readonly #follow: () => void
  #value = $state.raw<readonly OwnDevices[] | null>(null)

  constructor(app: App) {
    this.#app = app
    this.#follow = createSubscriber(() => {
      void this.refresh().catch(reportError)
      return app.listen((event) => {
        if (event.kind === 'overview') void this.refresh().catch(reportError)
      })
    })
  }

  /** Null until it is read. */
  get value(): readonly OwnDevices[] | null {
    this.#follow()
    return this.#value
  }

  async refresh(): Promise<void> {
    this.#value = await this.#app.client.engine.ownDevices()
  }
}

/** Whether losing this one device would mean losing the way in as oneself. */
export function hasOneWayIn({ devices, helpers }: OwnDevices): boolean {
  return devices.length < 2 && helpers.length === 0
}

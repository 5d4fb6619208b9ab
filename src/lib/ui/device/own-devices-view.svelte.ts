/** My devices, read again whenever the engine says that something changed. */
import type { OwnDevices } from '#lib/engine/device-api.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { Followed } from '#lib/ui/shared/followed.svelte.ts'

export class OwnDevicesView extends Followed<readonly OwnDevices[]> {
  constructor(app: App) {
    super(app, () => app.client.engine.ownDevices())
  }
}

/** Whether losing this one device would mean losing the way in as oneself. */
export function hasOneWayIn({ devices, helpers }: OwnDevices): boolean {
  return devices.length < 2 && helpers.length === 0
}

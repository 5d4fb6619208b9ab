/** A network on which the feed itself does not get through until it is released; what is asked for by name does. */
import { openRelayLink, type OpenRelayLink } from '#lib/sync/relay-link.ts'

export interface HeldNetwork {
  readonly openLink: OpenRelayLink
  readonly fetch: typeof fetch
  release(): void
}

export function createHeldNetwork(): HeldNetwork {
  const held: (() => void)[] = []
  let isHeld = true
  return {
    fetch,
    openLink: (place, events) =>
      openRelayLink(place, {
        ...events,
        onFrame: (frame) => {
          const pass = () => events.onFrame(frame)
          if (isHeld && frame.t === 'entries') held.push(pass)
          else pass()
        },
      }),
    release() {
      isHeld = false
      for (const pass of held.splice(0)) pass()
    },
  }
}

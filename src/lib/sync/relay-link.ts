/**
 * A socket to a relay: automerge-repo's WebSocket client, carrying Mantel's frames in its join/peer envelope.
 *
 * The stock client retries at a fixed pace, throws when sending on a closed socket and rethrows socket
 * errors on Node; here it connects once, tells when it closes, and the feed client decides when to try again.
 *
 * Shape   wire/frames.ts
 * Errors  none thrown: `onClosed` says why
 * Source  @automerge/automerge-repo-network-websocket WebSocketClientAdapter 2.5
 */
import type { Message, PeerId } from '@automerge/automerge-repo/slim'
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket'
import { plainBytes } from '#lib/base/bytes.ts'
import type { GroupId } from '#lib/base/ids.ts'
import {
  encodeFrame,
  parseRelayFrame,
  type DeviceFrame,
  type RelayFrame,
} from '#lib/wire/frames.ts'
import { feedPath } from '#lib/wire/paths.ts'

export interface RelayLink {
  /** Sends a frame; nothing happens on a closed link. */
  send(frame: DeviceFrame): void
  close(): void
}

export interface RelayLinkEvents {
  readonly onFrame: (frame: RelayFrame) => void
  readonly onClosed: (reason: 'closed' | 'nonsense') => void
}

/** Opens a link; a parameter of the feed client, so that tests can put a worse network between. */
export type OpenRelayLink = (
  place: { readonly address: string; readonly group: GroupId },
  events: RelayLinkEvents,
) => RelayLink

/** Never by itself: the pace is ours. The largest delay a timer takes. */
const neverMs = 2 ** 31 - 1

class QuietClient extends WebSocketClientAdapter {
  constructor(url: string, onGone: () => void) {
    super(url, neverMs)
    this.onClose = onGone
    this.onError = onGone
  }
}

/** The real thing. */
export const openRelayLink: OpenRelayLink = ({ address, group }, events) => {
  const url = new URL(feedPath(group), address)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  const name = 'device' as PeerId
  let open = true

  /** False where it was closed already: the client throws when it is told twice. */
  const shut = (): boolean => {
    if (!open) return false
    open = false
    try {
      // A socket of Node's that is shut before it opened says so in an event nobody hears by then.
      client.socket?.addEventListener('error', () => undefined)
      client.disconnect()
    } catch {
      // A socket that never opened cannot be closed; it is gone either way.
    }
    return true
  }

  const gone = (reason: 'closed' | 'nonsense'): void => {
    if (shut()) events.onClosed(reason)
  }

  const client = new QuietClient(url.href, () => {
    gone('closed')
  })
  client.on('message', (message: Message) => {
    const frame =
      message.type === 'mantel' && message.data instanceof Uint8Array
        ? parseRelayFrame(plainBytes(message.data))
        : null
    if (frame === null) gone('nonsense')
    else if (open) events.onFrame(frame)
  })
  client.connect(name)

  return {
    send(frame) {
      if (!open) return
      try {
        client.send({
          type: 'mantel',
          senderId: name,
          targetId: client.remotePeerId ?? name,
          data: encodeFrame(frame),
        })
      } catch {
        gone('closed')
      }
    },
    close() {
      shut()
    },
  }
}

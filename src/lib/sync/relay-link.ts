/**
 * A socket to a relay: automerge-repo's WebSocket client, carrying Mantel's frames in its join/peer envelope.
 *
 * The stock client retries at a fixed pace, throws when sending on a closed socket and rethrows socket
 * errors on Node; here it connects once, tells when it closes, and the feed client decides when to try again.
 * It also decodes whatever comes, of any size, and throws on a CBOR `null`: messages are read here instead, by a
 * total parser and up to a frame and its envelope.
 *
 * Shape   wire/frames.ts
 * Errors  none thrown: `onClosed` says why
 * Source  @automerge/automerge-repo-network-websocket WebSocketClientAdapter 2.5
 */
import type { PeerId } from '@automerge/automerge-repo/slim'
import { WebSocketClientAdapter } from '@automerge/automerge-repo-network-websocket'
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { parseCbor } from '#lib/base/cbor.ts'
import { isMap } from '#lib/base/fields.ts'
import type { GroupId } from '#lib/base/ids.ts'
import {
  encodeFrame,
  parseRelayFrame,
  type DeviceFrame,
  type RelayFrame,
} from '#lib/wire/frames.ts'
import { maxEnvelopeValues, maxFrameBytes } from '#lib/wire/limits.ts'
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

const envelopeBytes = 4096

class QuietClient extends WebSocketClientAdapter {
  constructor(url: string, on: { gone(): void; message(content: unknown): void }) {
    super(url, neverMs)
    this.onClose = on.gone
    this.onError = on.gone
    this.onMessage = ({ data }) => {
      on.message(data)
    }
  }
}

/** What a message holds: a frame, the greeting before the first, or nothing that a relay would say. */
function readMessage(content: unknown): RelayFrame | 'greeting' | null {
  if (!(content instanceof ArrayBuffer)) return null
  if (content.byteLength > maxFrameBytes + envelopeBytes) return null
  const map = parseCbor(new Uint8Array(content), { anyOrder: true, maxValues: maxEnvelopeValues })
  if (!isMap(map)) return null
  if (map.type === 'peer') return 'greeting'
  const data: Bytes | null =
    map.type === 'mantel' && map.data instanceof Uint8Array ? plainBytes(map.data) : null
  return data === null ? null : parseRelayFrame(data)
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

  const client = new QuietClient(url.href, {
    gone: () => {
      gone('closed')
    },
    message: (content) => {
      const frame = open ? readMessage(content) : 'greeting'
      if (frame === null) gone('nonsense')
      else if (frame !== 'greeting') events.onFrame(frame)
    },
  })
  client.connect(name)

  return {
    send(frame) {
      if (!open) return
      try {
        client.send({
          type: 'mantel',
          senderId: name,
          targetId: name,
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

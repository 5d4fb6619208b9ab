/**
 * A relay process behind a wire that its own operator holds: everything passes through, and whatever a test likes is
 * changed, kept back or put in between, as raw messages. The relay's key is right, so devices let it speak.
 */
import { createServer, type AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborMap } from '#lib/base/cbor.ts'
import { encodeFrame, parseRelayFrame, type RelayFrame } from '#lib/wire/frames.ts'
import { startRelay, type RunningRelay } from './start-relay.ts'

/** What reaches the device in place of a message; `frame` is what was in it. */
export type Mischief = (message: Bytes, frame: RelayFrame | null) => readonly Bytes[]

export interface HostileRelay {
  readonly relay: RunningRelay
  /** The address that the group names. */
  readonly origin: string
  /** HTTP goes straight to the process. */
  readonly fetch: typeof fetch
  /** From now on; null is an honest relay. */
  behave(mischief: Mischief | null): void
  /** From now on everything reaches devices that much later, in order. */
  lag(ms: number): void
  /** Cuts all connections. */
  cut(): void
  dispose(): Promise<void>
}

/** Starts the process and the wire before it. */
export async function startHostileRelay(): Promise<HostileRelay> {
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const relay = await startRelay({ MANTEL_HOSTING: 'open', MANTEL_ORIGIN: origin })
  const inside = `http://localhost:${relay.port}`
  const sockets = new WebSocketServer({ port, maxPayload: 64 * 1024 * 1024 })
  let mischief: Mischief | null = null
  let lagMs = 0
  sockets.on('connection', (outer, request) => {
    const inner = new WebSocket(`${inside}${request.url ?? ''}`.replace(/^http/, 'ws'))
    const early: Buffer[] = []
    inner.on('open', () => {
      for (const message of early.splice(0)) inner.send(message)
    })
    outer.on('message', (message: Buffer) => {
      if (inner.readyState === inner.OPEN) inner.send(message)
      else early.push(message)
    })
    inner.on('message', (raw: Buffer) => {
      const message = plainBytes(new Uint8Array(raw))
      const given = mischief?.(message, frameIn(message)) ?? [message]
      const send = () => {
        for (const one of given) if (outer.readyState === outer.OPEN) outer.send(one)
      }
      if (lagMs === 0) send()
      else setTimeout(send, lagMs)
    })
    for (const [one, other] of [
      [inner, outer],
      [outer, inner],
    ] as const) {
      one.on('close', () => {
        other.terminate()
      })
      one.on('error', () => {
        other.terminate()
      })
    }
  })
  return {
    relay,
    origin,
    fetch: (input, init) =>
      fetch(String(input instanceof Request ? input.url : input).replace(origin, inside), init),
    behave: (next) => (mischief = next),
    lag: (ms) => (lagMs = ms),
    cut: () => {
      for (const socket of sockets.clients) socket.terminate()
    },
    async dispose() {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise((resolve) => {
        sockets.close(resolve)
      })
      await relay.dispose()
    },
  }
}

/** A frame as a relay would send it. */
export function messageOf(frame: RelayFrame): Bytes {
  return enveloped(encodeFrame(frame))
}

/** Bytes where a frame should be. */
export function enveloped(data: Bytes): Bytes {
  return encodeCbor({ type: 'mantel', senderId: 'relay', targetId: 'device', data })
}

function frameIn(message: Bytes): RelayFrame | null {
  const { data } = (parseCbor(message, { anyOrder: true }) ?? {}) as CborMap
  return data instanceof Uint8Array ? parseRelayFrame(plainBytes(data)) : null
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, 'localhost', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => {
        resolve(port)
      })
    })
  })
}

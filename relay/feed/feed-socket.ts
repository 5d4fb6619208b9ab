/**
 * WebSockets: `/g/:group/feed`, each carrying one `FeedSession`.
 *
 * Limits  message 1 MiB and an envelope; 10 s and 16 KiB to prove a key, or the line is cut; a ping every 30 s, silence of two ends
 *         it; so many connections a group and in all; a bucket of frames and bytes for each: beyond
 *         it the socket is not read, so the sender waits instead of being thrown out. The same while
 *         64 answers are outstanding, so that nobody's appends fill the memory. Failed proofs and
 *         groups that are not here refuse everybody, slowly where one address has many of them (slowdown.ts).
 * Close   1001 going away, 1008 refused (the reason was sent as a `refused` frame), 1009 too large
 */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { parseId, type GroupId } from '#lib/base/ids.ts'
import { secondMs, type Clock } from '#lib/base/time.ts'
import { encodeFrame } from '#lib/wire/frames.ts'
import { maxFrameBytes } from '#lib/wire/limits.ts'
import type { GroupRegistry } from '#relay/groups/group-registry.ts'
import type { Logger } from '#relay/logger.ts'
import { encodeEnvelope } from './envelope.ts'
import { createFeedSession, maxUnprovedBytes, type Channel } from './feed-session.ts'
import type { Asked, Handshake } from './handshake.ts'
import { refusal, type Refusal } from './refusal.ts'
import type { Slowdown } from './slowdown.ts'
import { createTokenBucket } from './token-bucket.ts'

const ENVELOPE_BYTES = 4096
const PROVE_WITHIN_MS = 10 * secondMs
const PROVE_WITHIN_BYTES = 4 * maxUnprovedBytes
const PING_EVERY_MS = 30 * secondMs
const MAX_OUTSTANDING = 64
const FRAMES = { perSecond: 4000, burst: 8000 }
const BYTES = { perSecond: 32 * 1024 * 1024, burst: 64 * 1024 * 1024 }

export interface FeedSocketParts {
  readonly groups: GroupRegistry
  readonly handshake: Handshake
  readonly limits: { readonly maxGroupConnections: number; readonly maxConnections: number }
  readonly slowdown: Slowdown
  readonly name: string
  readonly clock: Clock
  readonly logger: Logger
}

export interface FeedSockets {
  /** Answers an upgrade request of the HTTP side. */
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  close(): Promise<void>
}

/** The WebSocket side of a relay. */
export function createFeedSockets(parts: FeedSocketParts): FeedSockets {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes + ENVELOPE_BYTES,
    perMessageDeflate: false,
    clientTracking: true,
  })
  const pings = setInterval(() => pingAll(sockets), PING_EVERY_MS).unref()
  return {
    upgrade: (request, socket, head) => {
      socket.on('error', () => socket.destroy())
      const id = groupOfUpgrade(request.url ?? '')
      if (id === null) refuseUpgrade(socket, '404 Not Found')
      else if (sockets.clients.size >= parts.limits.maxConnections) {
        refuseUpgrade(socket, '503 Service Unavailable')
      } else {
        const { remoteAddress } = request.socket
        const afterFailure = () => parts.slowdown.afterFailure(remoteAddress)
        sockets.handleUpgrade(request, socket, head, (opened) =>
          greet(parts, opened, { id, afterFailure, line: socket }),
        )
      }
    },
    close: async () => {
      clearInterval(pings)
      for (const socket of sockets.clients) socket.close(1001, 'the relay is stopping')
      await allClosed(sockets)
    },
  }
}

/** Sockets that have not answered the last ping. */
const silent = new WeakSet<WebSocket>()

function pingAll(sockets: WebSocketServer): void {
  for (const socket of sockets.clients) {
    if (silent.has(socket)) socket.terminate()
    else if (socket.readyState === socket.OPEN) {
      silent.add(socket)
      socket.ping()
    }
  }
}

interface Caller {
  readonly id: GroupId
  readonly afterFailure: () => Promise<void>
  /** What the socket's messages come over. */
  readonly line: Duplex
}

function greet(parts: FeedSocketParts, socket: WebSocket, caller: Caller): void {
  socket.on('pong', () => silent.delete(socket))
  // A broken message ends in 'close', which is dealt with there.
  socket.on('error', () => undefined)
  const unlimit = limitUntilProved(caller.line, socket)
  const group = parts.groups.open(caller.id)
  if (group !== null && group.listenerCount() >= parts.limits.maxGroupConnections) {
    turnAway(socket, parts.name, refusal('too-many'))
  } else {
    const { id, afterFailure } = caller
    converse(parts, socket, { asked: { id, group }, afterFailure, onProved: unlimit })
  }
}

function groupOfUpgrade(url: string): GroupId | null {
  const match = /^\/g\/([0-9a-f]{64})\/feed(?:\?.*)?$/.exec(url)
  return parseId('GroupId', match?.[1] ?? '')
}

function refuseUpgrade(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** Says why in a frame, since a browser shows no page for a refused upgrade. */
function turnAway(socket: WebSocket, name: string, { code, say }: Refusal): void {
  const frame = encodeFrame({ t: 'refused', n: null, code, say })
  if (socket.readyState === socket.OPEN) {
    socket.send(encodeEnvelope({ senderId: name, targetId: '' }, frame))
  }
  socket.close(1008)
}

interface Conversing extends Pick<Caller, 'afterFailure'> {
  readonly asked: Asked
  readonly onProved: () => void
}

function converse(
  parts: FeedSocketParts,
  socket: WebSocket,
  { asked, afterFailure, onProved }: Conversing,
): void {
  const deadline = setTimeout(() => socket.close(1008, 'no proof'), PROVE_WITHIN_MS)
  const session = createFeedSession({
    asked,
    afterFailure,
    handshake: parts.handshake,
    channel: channelOf(socket),
    name: parts.name,
    logger: parts.logger,
    onWelcome: () => {
      clearTimeout(deadline)
      onProved()
    },
  })
  const pacing = createPacing(socket, parts.clock)
  socket.on('message', (raw, isBinary) => {
    const message = isBinary ? bytesOf(raw) : new Uint8Array()
    pacing.begin(message.length)
    void session.receive(message).finally(pacing.finish)
  })
  socket.on('close', () => {
    clearTimeout(deadline)
    session.end()
  })
}

/** Cuts the line where more comes than a proof needs: a message is kept in memory until it is whole. */
function limitUntilProved(line: Duplex, socket: WebSocket): () => void {
  let bytes = 0
  const count = (chunk: Uint8Array) => {
    bytes += chunk.length
    if (bytes > PROVE_WITHIN_BYTES) socket.terminate()
  }
  line.on('data', count)
  return () => void line.off('data', count)
}

function channelOf(socket: WebSocket): Channel {
  return {
    send: (message) =>
      new Promise((resolve) => {
        if (socket.readyState === socket.OPEN) socket.send(message, () => resolve())
        else resolve()
      }),
    close: () => socket.close(1008),
  }
}

/** Stops reading a socket that is ahead of its share or of our answers. */
function createPacing(socket: WebSocket, clock: Clock) {
  const frames = createTokenBucket(FRAMES, clock)
  const bytes = createTokenBucket(BYTES, clock)
  let outstanding = 0
  let isWaiting = false
  const settle = () => {
    if (!isWaiting && outstanding < MAX_OUTSTANDING) socket.resume()
    else socket.pause()
  }
  const waitFor = (ms: number) => {
    isWaiting = true
    setTimeout(() => {
      isWaiting = false
      settle()
    }, ms)
  }
  return {
    begin: (length: number) => {
      outstanding++
      const waitMs = Math.max(frames.take(1), bytes.take(length))
      if (waitMs > 0) waitFor(waitMs)
      settle()
    },
    finish: () => {
      outstanding--
      settle()
    },
  }
}

/** The bytes as a plain array: a Buffer's `slice` would share memory. */
function bytesOf(raw: RawData): Bytes {
  if (raw instanceof ArrayBuffer) return new Uint8Array(raw)
  const { buffer, byteOffset, length } = Array.isArray(raw) ? Buffer.concat(raw) : raw
  return plainBytes(new Uint8Array(buffer, byteOffset, length))
}

const CLOSE_WITHIN_MS = 2 * secondMs

async function allClosed(sockets: WebSocketServer): Promise<void> {
  const giveUp = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate()
  }, CLOSE_WITHIN_MS)
  await new Promise<void>((resolve) => sockets.close(() => resolve()))
  clearTimeout(giveUp)
}

/** A small client of the relay's protocol: handshake checked on both sides, frames in order. */
import { WebSocket } from 'ws'
import { toBase64Url, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborMap } from '#lib/base/cbor.ts'
import { publicKeyOfSeed, signMessage, verifySignature } from '#lib/base/ed25519.ts'
import { idToBytes, parseId, platformRandom } from '#lib/base/ids.ts'
import type { GroupId, RelayId } from '#lib/base/ids.ts'
import {
  encodeFrame,
  parseRelayFrame,
  proofBytes,
  type DeviceFrame,
  type HelloFrame,
  type ProofKind,
  type ProveFrame,
  type RelayFrame,
  type WelcomeFrame,
} from '#lib/wire/frames.ts'
import { feedPath, hostPath, relayInfoPath, sessionPath } from '#lib/wire/paths.ts'
import { encodeSessionRequest } from '#lib/wire/session.ts'

/** Whose key is shown to the relay. */
export interface Key {
  readonly as?: ProofKind
  readonly seed: Bytes
}

type FrameOf<T extends RelayFrame['t']> = Extract<RelayFrame, { t: T }>

export interface RelayConnection {
  send(frame: DeviceFrame): void
  sendRaw(bytes: Bytes): void
  /** The next frame of that kind; frames of other kinds before it stay for others to take. */
  next<T extends RelayFrame['t']>(t: T): Promise<FrameOf<T>>
  append(entry: Bytes): Promise<FrameOf<'appended'> | FrameOf<'refused'>>
  readonly closed: Promise<number>
  close(): void
}

/** Who answers at that address. */
export async function relayKeyAt(origin: string): Promise<RelayId> {
  const info = (await (await fetch(origin + relayInfoPath)).json()) as { relay: string }
  const key = parseId('RelayId', info.relay)
  if (key === null) throw new Error('the relay did not say its key')
  return key
}

/** Asks a relay to host a group. */
export function host(
  origin: string,
  code: string | null,
  entries: readonly Bytes[],
): Promise<Response> {
  return postCbor(origin + hostPath, encodeCbor({ code, entries }))
}

/** A POST of CBOR bytes. */
export function postCbor(url: string, body: Bytes, token?: string): Promise<Response> {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const headers = { 'content-type': 'application/cbor', ...authorization }
  return fetch(url, { method: 'POST', body, headers })
}

/** The map in a CBOR answer. */
export async function mapOf(response: Response): Promise<CborMap> {
  return parseCbor(new Uint8Array(await response.arrayBuffer())) as CborMap
}

/** A proof over a relay's challenge. */
export function prove(group: GroupId, hello: HelloFrame, key: Key): ProveFrame {
  const nonce = platformRandom(32)
  const proof = { relay: hello.relay, group, relayNonce: hello.nonce, deviceNonce: nonce }
  const sig = signMessage(key.seed, proofBytes('device', proof))
  return { t: 'prove', as: key.as ?? 'device', key: publicKeyOfSeed(key.seed), nonce, sig }
}

/** Whether the relay signed the same challenge with the key it named. */
export function isProvedBy(
  group: GroupId,
  { hello, prove, welcome }: { hello: HelloFrame; prove: ProveFrame; welcome: WelcomeFrame },
): Promise<boolean> {
  const { relay, nonce: relayNonce } = hello
  const message = proofBytes('relay', { relay, group, relayNonce, deviceNonce: prove.nonce })
  return verifySignature(idToBytes(relay), welcome.sig, message)
}

/** The handshake by HTTP; gives the token for `Authorization`. */
export async function openSession(origin: string, group: GroupId, key: Key): Promise<string> {
  const url = origin + sessionPath(group)
  const hello = await frameOf(await postCbor(url, encodeSessionRequest({ t: 'hello' })))
  if (hello.t !== 'hello') throw new Error(`refused: ${hello.t}`)
  const proof = prove(group, hello, key)
  const request = { t: 'prove', prove: proof, challenge: hello.nonce } as const
  const welcome = await frameOf(await postCbor(url, encodeSessionRequest(request)))
  if (welcome.t !== 'welcome') throw new Error('refused')
  return toBase64Url(welcome.token)
}

async function frameOf(response: Response): Promise<RelayFrame> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  const frame = response.ok ? parseRelayFrame(bytes) : null
  if (frame === null) throw new Error(`refused with ${response.status}`)
  return frame
}

/** Opens a WebSocket and its envelope, under any name; nothing is proved yet. */
export async function connect(
  origin: string,
  group: GroupId,
  senderId = 'ana',
): Promise<RelayConnection> {
  const socket = new WebSocket(origin.replace(/^http/, 'ws') + feedPath(group))
  const inbox = createInbox()
  socket.on('message', (raw: Buffer) => inbox.deliver(parseOuter(raw)))
  const closed = new Promise<number>((resolve) => socket.once('close', resolve))
  void closed.then((code) => inbox.end(code))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.on('error', () => undefined)
  socket.send(encodeCbor({ type: 'join', senderId, supportedProtocolVersions: ['1'] }))
  const sendRaw = (bytes: Bytes) => socket.send(bytes)
  const send = (frame: DeviceFrame) => {
    const envelope = { type: 'mantel', senderId, targetId: 'relay' }
    sendRaw(encodeCbor({ ...envelope, data: encodeFrame(frame) }))
  }
  let n = 0
  return {
    send,
    sendRaw,
    next: inbox.next,
    append: (entry) => {
      const asked = ++n
      send({ t: 'append', n: asked, entry })
      return inbox.take(isAnswerTo(asked))
    },
    closed,
    close: () => socket.close(),
  }
}

/** Opens a connection and proves both sides. */
export async function connectProved(
  origin: string,
  group: GroupId,
  key: Key,
): Promise<{ connection: RelayConnection; welcome: WelcomeFrame }> {
  const connection = await connect(origin, group)
  const hello = await connection.next('hello')
  const proof = prove(group, hello, key)
  connection.send(proof)
  const welcome = await connection.next('welcome')
  if (!(await isProvedBy(group, { hello, prove: proof, welcome }))) throw new Error('a false relay')
  return { connection, welcome }
}

function isAnswerTo(n: number) {
  return (frame: RelayFrame): frame is FrameOf<'appended'> | FrameOf<'refused'> =>
    (frame.t === 'appended' || frame.t === 'refused') && frame.n === n
}

function parseOuter(raw: Buffer): RelayFrame | null {
  const outer = parseCbor(new Uint8Array(raw), { anyOrder: true }) as CborMap
  if (outer.type !== 'mantel' || !(outer.data instanceof Uint8Array)) return null
  return parseRelayFrame(new Uint8Array(outer.data))
}

interface Taker {
  isWanted(frame: RelayFrame): boolean
  take(frame: RelayFrame): void
  fail(cause: Error): void
}

/** Frames that came and were not asked for yet, and who waits for which. */
function createInbox() {
  let frames: RelayFrame[] = []
  let takers: Taker[] = []
  let ended: Error | null = null
  const take = <F extends RelayFrame>(isWanted: (frame: RelayFrame) => frame is F): Promise<F> => {
    const here = frames.find(isWanted)
    frames = frames.filter((frame) => frame !== here)
    if (here !== undefined) return Promise.resolve(here)
    if (ended !== null) return Promise.reject(ended)
    return new Promise<F>((resolve, reject) => {
      const takeIt = (frame: RelayFrame) => {
        if (isWanted(frame)) resolve(frame)
      }
      takers.push({ isWanted, take: takeIt, fail: reject })
    })
  }
  return {
    take,
    next: <T extends RelayFrame['t']>(t: T) => take((frame): frame is FrameOf<T> => frame.t === t),
    deliver: (frame: RelayFrame | null) => {
      if (frame === null) return
      const taker = takers.find((each) => each.isWanted(frame))
      takers = takers.filter((each) => each !== taker)
      if (taker === undefined) frames.push(frame)
      else taker.take(frame)
    },
    end: (code: number) => {
      ended = new Error(`the relay closed the connection (${code})`)
      for (const taker of takers) taker.fail(ended)
      takers = []
    },
  }
}

/**
 * Follows one group's feed on one relay and brings it our entries, for as long as it runs.
 *
 * An entry leaves the outbox only when the proved relay says that it is durable. A cursor belongs to one
 * feed id; on another (a new relay, a restored disk) both sides compare what they have and send the
 * difference. A relay that is down never blocks anything else.
 *
 * Units   times in milliseconds
 * Errors  none thrown: `onState` tells; the pace of retries is backoff.ts
 * Source  docs/design.md §7 "Wire", §9
 */
import type { FeedId, RelayId } from '#lib/base/ids.ts'
import type { RelayPlace } from '#lib/membership/operation.ts'
import type { EntriesFrame, RefusalCode, RelayFrame, WelcomeFrame } from '#lib/wire/frames.ts'
import { createBackoff } from './backoff.ts'
import { createFirstLook, type FirstLook } from './first-look.ts'
import { createHandshake, type Handshake } from './handshake.ts'
import type { RelayIdentity } from './identity.ts'
import { createOutboxSender } from './outbox-sender.ts'
import type { OpenRelayLink, RelayLink } from './relay-link.ts'
import type { Replica } from './replica.ts'

export type FeedState = 'idle' | 'connecting' | 'catching-up' | 'live' | 'waiting' | 'refused'

export interface FeedClient {
  start(): void
  stop(): void
  /** Tries now instead of later (signal is back, a new entry is written). */
  kick(): void
  state(): FeedState
  lastSeenMs(): number | null
}

export interface FeedClientParts {
  readonly replica: Replica
  readonly place: RelayPlace
  readonly identity: () => RelayIdentity | null
  readonly openLink: OpenRelayLink
  readonly clock: () => number
  readonly onState: (state: FeedState) => void
  /** The relay lost its disk or is new: what only devices keep must go there again. */
  readonly onNewFeed: () => void
  readonly onRefused: (code: RefusalCode) => void
  /** A first look brought snapshots (first-look.ts). */
  readonly onHints: () => Promise<void>
}

const pingMs = 25_000
const silenceMs = 60_000
const handshakeMs = 15_000

/** A client at rest; `start` it. */
export function createFeedClient(parts: FeedClientParts): FeedClient {
  const backoff = createBackoff()
  let state: FeedState = 'idle'
  let session: Session | null = null
  let retry: ReturnType<typeof setTimeout> | null = null
  let lastSeen: number | null = null
  let running = false

  const enter = (next: FeedState): void => {
    if (state === next) return
    state = next
    parts.onState(next)
  }

  const connect = (): void => {
    if (retry !== null) clearTimeout(retry)
    retry = null
    const identity = parts.identity()
    if (!running || session !== null || identity === null) return
    enter('connecting')
    session = createSession(parts, identity, {
      seen: () => (lastSeen = parts.clock()),
      entered: (next) => {
        if (next === 'live') backoff.reset()
        enter(next)
      },
      ended: (refused) => {
        session = null
        if (!running) return
        enter(refused ? 'refused' : 'waiting')
        retry = setTimeout(connect, backoff.nextMs())
      },
    })
  }

  return {
    start() {
      running = true
      connect()
    },
    stop() {
      running = false
      if (retry !== null) clearTimeout(retry)
      session?.close()
      session = null
      enter('idle')
    },
    kick() {
      if (session !== null) session.flush()
      else if (running) {
        backoff.reset()
        connect()
      }
    },
    state: () => state,
    lastSeenMs: () => lastSeen,
  }
}

interface SessionEvents {
  readonly seen: () => void
  readonly entered: (state: 'catching-up' | 'live') => void
  readonly ended: (refused: boolean) => void
}

interface Session {
  flush(): void
  close(): void
}

function createSession(
  parts: FeedClientParts,
  identity: RelayIdentity,
  events: SessionEvents,
): Session {
  const { replica, place } = parts
  const relay: RelayId = place.key
  const handshake: Handshake = createHandshake({ group: replica.group, expected: relay, identity })
  const sender = createOutboxSender({
    replica,
    relay,
    send: (entry, n) => {
      link.send({ t: 'append', n, entry })
    },
    onFailure: () => {
      end(false)
    },
  })
  let incoming: EntriesFrame[] = []
  let working: Promise<void> | null = null
  let feed: FeedId | null = null
  let look: FirstLook | null = null
  let ended = false
  let heardMs = parts.clock()

  const end = (refused: boolean): void => {
    if (ended) return
    ended = true
    clearInterval(pulse)
    clearTimeout(patience)
    sender.stop()
    link.close()
    events.ended(refused)
  }

  /** Takes all frames that have arrived so far at once: merging many changes together is far cheaper. */
  const takeIn = async (): Promise<void> => {
    while (incoming.length > 0 && !ended) {
      const frames = incoming
      incoming = []
      const last = frames[frames.length - 1]
      if (last === undefined || feed === null) return
      const cursor = { relay, cursor: { feed, position: last.to } }
      await replica.receive(
        frames.flatMap(({ entries }) => entries),
        cursor,
      )
      if (last.live) {
        events.entered('live')
        sender.retry()
      }
    }
  }

  const work = (): void => {
    working ??= takeIn()
      .catch(() => {
        end(false)
      })
      .finally(() => {
        working = null
        if (incoming.length > 0 && !ended) work()
      })
  }

  const welcome = async (frame: WelcomeFrame): Promise<void> => {
    if (!(await handshake.check(frame))) {
      end(true)
      return
    }
    clearTimeout(patience)
    events.entered('catching-up')
    feed = frame.feed
    const cursor = (await replica.store.cursors()).get(relay)
    const known = cursor?.feed === frame.feed
    if (!known) {
      link.send({ t: 'have', authors: replica.log.graph.authors() })
      if (cursor !== undefined) parts.onNewFeed()
    }
    const follow = (): void => {
      link.send({ t: 'subscribe', feed: frame.feed, after: known ? cursor.position : 0 })
      sender.start()
    }
    if (cursor !== undefined || replica.log.graph.authors().size > 0) {
      follow()
      return
    }
    look = createFirstLook({ replica, send: link.send, onHints: parts.onHints, onDone: follow })
    look.start()
  }

  const orEnd = (work: Promise<void>): void => {
    work.catch(() => {
      end(false)
    })
  }

  const handle = (frame: RelayFrame): void => {
    heardMs = parts.clock()
    events.seen()
    if (frame.t === 'hello') {
      const proof = handshake.prove(frame)
      if (proof === null) end(true)
      else link.send(proof)
    } else if (frame.t === 'welcome') orEnd(welcome(frame))
    else if (frame.t === 'entries') {
      incoming.push(frame)
      work()
    } else if (frame.t === 'appended') sender.appended(frame.n, frame.id)
    else if (frame.t === 'refused') {
      parts.onRefused(frame.code)
      if (frame.n === null) end(frame.code === 'not-allowed' || frame.code === 'unknown-group')
      else sender.refused(frame.n)
    } else if (frame.t === 'have') orEnd(sender.offerMissing(frame.authors))
    else if (frame.t === 'selected' && look !== null) orEnd(look.selected(frame))
  }

  const link: RelayLink = parts.openLink(
    { address: place.address, group: replica.group },
    {
      onFrame: (frame) => {
        if (!ended) handle(frame)
      },
      onClosed: () => {
        end(false)
      },
    },
  )
  const patience = setTimeout(() => {
    end(false)
  }, handshakeMs)
  const pulse = setInterval(() => {
    if (parts.clock() - heardMs > silenceMs) end(false)
    else {
      link.send({ t: 'ping', n: 0 })
      sender.retry()
    }
  }, pingMs)

  return {
    flush: () => {
      sender.retry()
    },
    close: () => {
      ended = true
      clearInterval(pulse)
      clearTimeout(patience)
      sender.stop()
      link.close()
    },
  }
}

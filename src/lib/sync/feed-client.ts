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
import type { RelayPlace } from '#lib/membership/operation.ts'
import type { RefusalCode } from '#lib/wire/frames.ts'
import { createBackoff } from './backoff.ts'
import { createFeedSession, type FeedSession } from './feed-session.ts'
import type { RelayIdentity } from './identity.ts'
import type { PlaceWatch } from './place-watch.ts'
import type { OpenRelayLink } from './relay-link.ts'
import type { Replica } from './replica.ts'
import type { Speaker } from './speaker.ts'

export type FeedState = 'idle' | 'connecting' | 'catching-up' | 'live' | 'waiting' | 'refused'

export interface FeedClient {
  start(): void
  stop(): void
  /** Tries now instead of later (signal is back, a new entry is written). */
  kick(): void
  state(): FeedState
  lastSeenMs(): number | null
  /** How the relay knows this device, since its welcome; null while it has not answered. */
  knownAs(): RelayIdentity['as'] | null
}

export interface FeedClientParts {
  readonly replica: Replica
  readonly place: RelayPlace
  readonly speaker: Speaker
  readonly watch: PlaceWatch
  readonly openLink: OpenRelayLink
  readonly clock: () => number
  readonly onState: (state: FeedState) => void
  /**
   * The relay lost its disk or went back: what only devices keep must go there again. Resolves when that is noted
   * durably; where it fails, the session ends and the next one asks for it anew.
   */
  readonly onNewFeed: () => Promise<void>
  readonly onRefused: (code: RefusalCode) => void
  /** Refused for good: where that is because the relay lost the group, gives it back (give-back.ts). */
  readonly giveBack: () => Promise<boolean>
  /** A first look brought snapshots (first-look.ts). */
  readonly onHints: () => Promise<void>
}

/** A client at rest; `start` it. */
export function createFeedClient(parts: FeedClientParts): FeedClient {
  const backoff = createBackoff()
  let state: FeedState = 'idle'
  let session: FeedSession | null = null
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
    const identity = parts.speaker.identity()
    if (!running || session !== null || identity === null) return
    enter('connecting')
    session = createFeedSession(parts, identity, {
      seen: () => (lastSeen = parts.clock()),
      entered: (next) => {
        if (next === 'live') backoff.reset()
        enter(next)
      },
      ended: (why) => {
        session = null
        if (!running) return
        if (why === 'joined' || (why === 'refused' && parts.speaker.refused())) {
          connect()
          return
        }
        enter(why === 'refused' ? 'refused' : 'waiting')
        retry = setTimeout(connect, backoff.nextMs())
        if (why !== 'refused') return
        void parts.giveBack().then((given) => {
          if (given) connect()
          // What it says of the group tells whether the refusal was meant.
          else parts.onState(state)
        })
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
    knownAs: () => (state === 'live' || state === 'catching-up' ? (session?.as ?? null) : null),
  }
}

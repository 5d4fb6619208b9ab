/**
 * One session with a relay about one group's feed: from the handshake until it ends, for whatever reason.
 *
 * The relay must prove the key that the group's operations name. A cursor belongs to one feed id; on another (a new
 * relay, a restored disk) both sides compare what they have and send the difference.
 *
 * Units   times in milliseconds
 * Errors  none thrown: `ended` tells why
 * Source  docs/design.md §7 "Wire"
 */
import type { RelayId } from '#lib/base/ids.ts'
import { inOneRun } from '#lib/base/one-run.ts'
import type { Cursor } from '#lib/ports/entry-store.ts'
import type { EntriesFrame, RelayFrame, WelcomeFrame } from '#lib/wire/frames.ts'
import type { FeedClientParts } from './feed-client.ts'
import { createFirstLook, type FirstLook } from './first-look.ts'
import { createGapSearch } from './gap-search.ts'
import { createHandshake } from './handshake.ts'
import type { RelayIdentity } from './identity.ts'
import { createOutboxSender } from './outbox-sender.ts'
import { createReading } from './place-watch.ts'
import type { RelayLinkEvents } from './relay-link.ts'

const pingMs = 25_000
const silenceMs = 60_000
const handshakeMs = 15_000

export interface SessionEvents {
  readonly seen: () => void
  readonly entered: (state: 'catching-up' | 'live') => void
  readonly ended: (why: SessionEnd) => void
}

/** `joined`: the relay has our join, so it is the device that speaks now. */
export type SessionEnd = 'lost' | 'refused' | 'joined'

export interface FeedSession {
  readonly as: RelayIdentity['as']
  readonly flush: () => void
  readonly close: () => void
}

/** Opens a link and speaks first. */
export function createFeedSession(
  parts: FeedClientParts,
  identity: RelayIdentity,
  events: SessionEvents,
): FeedSession {
  const { replica, place, watch, clock } = parts
  const relay: RelayId = place.key
  const reading = createReading(watch, replica.store, relay)
  const handshake = createHandshake({ group: replica.group, expected: relay, identity })
  const sender = createOutboxSender({
    replica,
    relay,
    send: (entry, n) => {
      link.send({ t: 'append', n, entry })
    },
    onDelivered: (id) => {
      if (replica.log.record(id)?.author === replica.me()?.device) joined()
    },
    onFailure: () => {
      end('lost')
    },
  })
  let incoming: EntriesFrame[] = []
  let look: FirstLook | null = null
  let ended = false
  /** What came before a refusal is still taken in: it may be the removal because of which there is one. */
  let isHeard = true
  let heardMs = clock()

  const close = (): void => {
    ended = true
    isHeard = false
    clearInterval(pulse)
    clearTimeout(patience)
    sender.stop()
    link.close()
  }

  const end = (why: SessionEnd): void => {
    if (ended) return
    close()
    isHeard = why === 'refused'
    events.ended(why)
  }

  /** The relay has this device's join: an invitation's session has done what it is for. */
  const joined = (): void => {
    if (identity.as !== 'invitation' || ended) return
    parts.speaker.joined()
    end('joined')
  }

  /**
   * The relay says what it has, and gets what it lacks; `again` where it had been given everything. What it must get
   * again is owed before the cursor moves: a device that dies before, or has no room for that, compares once more.
   */
  const compare = async (again = true): Promise<void> => {
    link.send({ t: 'have', authors: replica.log.graph.authors() })
    if (again) await parts.onNewFeed()
  }

  /** Takes all frames that have arrived so far at once: merging many changes together is far cheaper. */
  const takeIn = inOneRun(async (): Promise<void> => {
    while (incoming.length > 0 && isHeard) {
      const frames = incoming
      incoming = []
      const last = frames[frames.length - 1]
      if (last === undefined || reading.stand() === null) return
      const entries = frames.flatMap((frame) => frame.entries)
      // How far it was read is for the next session to find out: the feed may be set back by then.
      if (!ended && reading.reached(frames)) await compare()
      const cursor = ended ? null : reading.stand()
      await replica.receive(entries, cursor === null ? undefined : { relay, cursor })
      if (!last.live || ended) continue
      events.entered('live')
      sender.retry()
      search.start()
    }
  })

  const welcome = async (frame: WelcomeFrame): Promise<void> => {
    if (!(await handshake.check(frame))) {
      end('refused')
      return
    }
    parts.speaker.accepted()
    clearTimeout(patience)
    events.entered('catching-up')
    const { feed, end: feedEnd } = frame
    const cursor = await reading.cursor()
    const isSame = cursor?.feed === feed
    // One that has gone back is read from its start, and given what it lost, like one that was restored.
    const known = isSame && !(await reading.hasGoneBack(feed, feedEnd))
    // As an invitation with keys of its own: the relay may have forgotten the join, also in the middle of a feed.
    if (!known || (identity.as === 'invitation' && replica.me() !== null))
      await compare(!known && cursor !== undefined)
    if (ended) return
    const follow = (): void => {
      const start = { feed, position: 0 }
      const stand: Cursor = isSame ? cursor : start
      reading.startsAt(known ? stand : start)
      // Beyond its end, or naming what it lost, this has the relay take a new feed id, so that all may help.
      link.send({ t: 'subscribe', feed, after: stand.position, last: stand.last ?? null })
      sender.start()
    }
    if (cursor !== undefined || replica.log.graph.authors().size > 0) {
      follow()
      return
    }
    look = createFirstLook({ replica, send: link.send, onHints: parts.onHints, onDone: follow })
    look.start()
  }

  const lose = (): void => end('lost')
  const orEnd = (work: Promise<void>): void => void work.catch(lose)

  const handle = (frame: RelayFrame): void => {
    heardMs = clock()
    events.seen()
    if (frame.t === 'hello') {
      const proof = handshake.prove(frame)
      if (proof === null) end('refused')
      else link.send(proof)
    } else if (frame.t === 'welcome') orEnd(welcome(frame))
    else if (frame.t === 'entries') {
      incoming.push(frame)
      orEnd(takeIn())
    } else if (frame.t === 'appended') sender.appended(frame.n, frame.id)
    else if (frame.t === 'refused') {
      parts.onRefused(frame.code)
      if (frame.n === null) end(frame.code === 'not-allowed' ? 'refused' : 'lost')
      else sender.refused(frame.n)
    } else if (frame.t === 'have') {
      const me = replica.me()
      if (me !== null && frame.authors.has(me.device)) joined()
      orEnd(sender.offerMissing(frame.authors))
    } else if (frame.t === 'selected' && search.isWaiting()) orEnd(search.selected(frame))
    else if (frame.t === 'selected' && look !== null) orEnd(look.selected(frame))
  }

  const wires: RelayLinkEvents = {
    onFrame: (frame) => {
      if (!ended) handle(frame)
    },
    onClosed: lose,
  }
  const link = parts.openLink({ address: place.address, group: replica.group }, wires)
  const search = createGapSearch({ replica, send: link.send, clock, onSearched: watch.searched })
  const patience = setTimeout(lose, handshakeMs)
  const pulse = setInterval(() => {
    if (clock() - heardMs > silenceMs) end('lost')
    else {
      link.send({ t: 'ping', n: 0 })
      sender.retry()
    }
  }, pingMs)

  return { as: identity.as, flush: sender.retry, close }
}

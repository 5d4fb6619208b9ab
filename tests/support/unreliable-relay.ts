/**
 * A relay in this process whose feed is the real one and whose connections are bad on purpose.
 *
 * Towards devices it cuts connections in the middle, repeats and reorders entries, withholds some (a lying
 * relay), and it is restored from old backups: entries that it had acknowledged are gone and the feed has a
 * new id. Everything is drawn from one seeded generator, so a seed tells the whole story.
 */
import { encodeCbor, parseCbor, type CborMap } from '#lib/base/cbor.ts'
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { platformRandom, randomId, type GroupId } from '#lib/base/ids.ts'
import { encodeFrame, parseRelayFrame, type RelayFrame } from '#lib/wire/frames.ts'
import { groupOfEntry, parseEntry } from '#lib/wire/entry.ts'
import type { OpenRelayLink } from '#lib/sync/relay-link.ts'
import { createMemoryBlobStore } from '#relay/blobs/memory-blob-store.ts'
import { openReleaseLedger } from '#relay/blobs/release-ledger.ts'
import { createAccessTokens } from '#relay/feed/access-tokens.ts'
import { createFeedSession } from '#relay/feed/feed-session.ts'
import { createRenewals } from '#relay/feed/renewals.ts'
import type { FeedEntry, FeedStore } from '#relay/feed/feed-store.ts'
import { createHandshake } from '#relay/feed/handshake.ts'
import { createMemoryFeedStore } from '#relay/feed/memory-feed-store.ts'
import { createGroup, type Group } from '#relay/groups/group.ts'
import { createRelayKey } from '#relay/identity.ts'
import { createLogger } from '#relay/logger.ts'
import { endlessRoom } from './endless-room.ts'

export interface UnreliableRelay {
  readonly openLink: OpenRelayLink
  /** Answers the two requests of founding, once; everything else fails like a dead network. */
  readonly fetch: typeof fetch
  /** From 0 (perfect) to 1: how often something goes wrong. */
  setTrouble(trouble: number): void
  /** Cuts all connections. */
  cut(): void
  /** Restored from an old backup: the newest entries are gone, the feed id is new. */
  restore(keepShare: number): void
  /** Remembers the feed as it is now; the returned act brings it back to that, under its old id. */
  backUp(): () => void
  entryCount(): number
  close(): Promise<void>
}

/** Draws numbers in [0, 1) from a seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export const unreliableAddress = 'https://relay.example'

/** An empty relay that will host one group. */
export function createUnreliableRelay(random: () => number): UnreliableRelay {
  const key = createRelayKey(platformRandom(32))
  const logger = createLogger('silent')
  const clock = Date.now
  const tokens = createAccessTokens(platformRandom, clock)
  const handshake = createHandshake({ key, tokens, random: platformRandom, clock })
  const mayRenew = createRenewals(clock)
  const links = new Set<() => void>()
  let stored: FeedEntry[] = []
  let group: Group | null = null
  let trouble = 0

  const isUnlucky = (share = 1): boolean => random() < trouble * share

  const load = (id: GroupId, entries: readonly FeedEntry[], feedId = randomId('FeedId')): void => {
    const kept: FeedEntry[] = []
    stored = kept
    const feed = recordedStore(createMemoryFeedStore(feedId), entries, (entry) => kept.push(entry))
    const stores = { feed, blobs: createMemoryBlobStore(), ledger: openReleaseLedger(':memory:') }
    group = createGroup({ id, ...stores, room: endlessRoom(), mayRenew, clock, logger })
  }

  const cut = (): void => {
    for (const close of [...links]) close()
  }

  const spoil = (frame: RelayFrame): RelayFrame => {
    if (frame.t !== 'entries' || frame.entries.length === 0) return frame
    let entries = [...frame.entries]
    if (isUnlucky(0.5)) entries = entries.sort(() => random() - 0.5)
    if (isUnlucky(0.5)) entries.push(...entries.slice(0, 1 + Math.floor(random() * 3)))
    if (isUnlucky(0.3)) entries = entries.filter(() => random() < 0.8)
    return { ...frame, entries }
  }

  const openLink: OpenRelayLink = ({ group: wanted }, events) => {
    let open = true
    const close = (): void => {
      if (!open) return
      open = false
      links.delete(close)
      session?.end()
      events.onClosed('closed')
    }
    const deliver = (message: Bytes): void => {
      const data = (parseCbor(message) as CborMap)['data']
      const frame = data instanceof Uint8Array ? parseRelayFrame(plainBytes(data)) : null
      if (open && frame !== null) events.onFrame(spoil(frame))
    }
    const channel = {
      send: async (message: Bytes) => {
        await later()
        if (isUnlucky(0.04)) close()
        deliver(message)
      },
      close: () => void later().then(close),
    }
    const session =
      group === null || group.id !== wanted
        ? null
        : createFeedSession({
            ...{
              asked: { id: wanted, group },
              handshake,
              channel,
              name: 'relay',
              logger,
              onWelcome: noop,
            },
            afterFailure: () => Promise.resolve(),
          })
    links.add(close)
    if (session === null) void later().then(close)
    else void session.receive(envelope({ type: 'join', supportedProtocolVersions: ['1'] }))
    return {
      send: (frame) => {
        if (!open || session === null) return
        const message = envelope({ type: 'mantel', data: encodeFrame(frame) })
        if (isUnlucky(0.04)) void later().then(close)
        else void session.receive(message)
      },
      close: () => {
        open = false
        links.delete(close)
        session?.end()
      },
    }
  }

  const host = async (body: Bytes): Promise<Response> => {
    const entries = (parseCbor(body) as CborMap)['entries'] as readonly Uint8Array[]
    const genesis = parseEntry(plainBytes(entries[0] ?? new Uint8Array()))
    if (genesis === null) return new Response(null, { status: 400 })
    if (group?.id === groupOfEntry(genesis)) return new Response(null, { status: 409 })
    load(groupOfEntry(genesis), [])
    const outcome = await group?.append(genesis.bytes, 'founder')
    return new Response(null, {
      status: outcome !== undefined && 'position' in outcome ? 201 : 400,
    })
  }

  return {
    openLink,
    cut,
    fetch: async (input, init) => {
      const path = new URL(input instanceof Request ? input.url : input).pathname
      if (path === '/relay') return Response.json({ mantel: 1, relay: key.id, hosting: 'open' })
      if (path === '/g' && init?.body instanceof Uint8Array) return host(plainBytes(init.body))
      throw new TypeError('network is down')
    },
    setTrouble: (next) => (trouble = next),
    restore(keepShare) {
      cut()
      const kept = stored.slice(0, Math.max(1, Math.floor(stored.length * keepShare)))
      if (group !== null) load(group.id, kept)
    },
    backUp() {
      const entries = [...stored]
      const was = group
      return () => {
        cut()
        if (was !== null) load(was.id, entries, was.feed.feed)
      }
    },
    entryCount: () => stored.length,
    close: async () => {
      cut()
      await group?.close()
    },
  }
}

/** A memory feed that begins with these entries and tells of every new one. */
function recordedStore(
  store: FeedStore,
  entries: readonly FeedEntry[],
  onStored: (entry: FeedEntry) => void,
): FeedStore {
  const append: FeedStore['append'] = (batch) => {
    for (const entry of batch) if (store.positionOf(entry.id) === null) onStored(entry)
    return store.append(batch)
  }
  append(entries)
  return Object.defineProperty({ ...store, append }, 'feed', { get: () => store.feed })
}

function envelope(fields: CborMap): Bytes {
  return encodeCbor({ senderId: 'device', targetId: 'relay', ...fields })
}

function later(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function noop(): void {
  return
}

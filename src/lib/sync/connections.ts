/**
 * One group's traffic: a feed client, an HTTP session and uploads for every relay its operations name,
 * downloads from any of them, and the key duties that come due.
 *
 * Errors  none thrown: `onState` tells
 * Source  docs/design.md §3, §7, §8
 */
import type { BlobId, RelayId } from '#lib/base/ids.ts'
import { inOneRun } from '#lib/base/one-run.ts'
import type { RelayPlace } from '#lib/membership/operation.ts'
import type { BlobStore } from '#lib/ports/blob-store.ts'
import type { Transfer } from '#lib/ports/entry-store.ts'
import type { NoteStore } from '#lib/ports/note-store.ts'
import { createBegunUploads } from './begun-uploads.ts'
import { createBlobClient, type BlobClient } from './blob-client.ts'
import type { BlobProblem } from './blob-problem.ts'
import { createBlobParts, type BlobParts } from './blob-parts.ts'
import { createDownloads, type Downloads } from './downloads.ts'
import { doDuties, dropInvitation, dutyDelayMs } from './duties.ts'
import { createFeedClient, type FeedClient, type FeedState } from './feed-client.ts'
import { createGiveBack } from './give-back.ts'
import { countHolders } from './holding.ts'
import type { RefusalCode } from '#lib/wire/frames.ts'
import type { RelayIdentity } from './identity.ts'
import { createPlaceWatch, type PlaceWatch } from './place-watch.ts'
import type { OpenRelayLink } from './relay-link.ts'
import { createRelaySession, type RelaySession } from './relay-session.ts'
import type { Replica } from './replica.ts'
import type { Setbacks } from './setbacks.ts'
import { createSnapshots } from './snapshots.ts'
import { createSpeaker } from './speaker.ts'
import { createUploads, type BringBlob, type Uploads } from './uploads.ts'

export interface PlaceState {
  readonly place: RelayPlace
  readonly state: FeedState
  readonly lastSeenMs: number | null
  /** Why the place refuses this device, while it does, says so, and keeps the group. */
  readonly refusal: RefusalCode | null
  /** How the relay knows this device, since its welcome. */
  readonly knownAs: RelayIdentity['as'] | null
  /** When it last showed an earlier state than before (place-watch.ts). */
  readonly wentBackMs: number | null
  /** What entries name has not come from there. What one place lacks another may have: only where all lack it. */
  readonly lacks: boolean
}

export interface Connections {
  /** Whether this tab keeps the feeds and uploads running; downloads work either way. */
  lead(leading: boolean): void
  /** Something was written or signal is back. */
  kick(): void
  /** A thumbnail that will be told of in a moment (uploads.ts). */
  readonly sendAhead: Uploads['ahead']
  places(): PlaceState[]
  downloads: Downloads
  parts: BlobParts
  /** How many relays say that they hold each of these; null where none answers. */
  holders(ids: readonly BlobId[]): Promise<ReadonlyMap<BlobId, number> | null>
  /** How often a relay has refused something of ours. */
  refusals(): number
  stop(): void
}

export interface ConnectionsParts {
  readonly replica: Replica
  readonly blobs: BlobStore
  readonly notes: NoteStore
  readonly setbacks: Setbacks
  /** Brings what waits for being sent and is not on this device; absent where there is nowhere to bring it from. */
  readonly bring?: BringBlob
  /** Where to connect while the operations are not read yet. */
  readonly firstPlace: RelayPlace | null
  readonly openLink: OpenRelayLink
  readonly fetch: typeof fetch
  readonly clock: () => number
  readonly random: () => number
  /** Longest random pause before a key duty of anyone but the owner. */
  readonly dutySpreadMs: number
  /** Replace the defaults of snapshots.ts, for tests. */
  readonly snapshotSpreadMs?: number
  readonly snapshotEvery?: number
  /** How long something may be on its way before it is said that a place lacks it. */
  readonly lackPatienceMs?: number | undefined
  readonly whenShown?: (() => Promise<void>) | undefined
  readonly onState: () => void
  readonly onSent: (transfer: Transfer) => void
  readonly onTrouble: (problem: BlobProblem, blob: BlobId | null) => void
  /** A relay started anew: blobs that this device holds must be offered again (feed-client.ts). */
  readonly onNewFeed: (relay: RelayId) => Promise<void>
}

const snapshotEvery = 256
const snapshotSpreadMs = 60_000
const planSnapshotsAfter = 64
/** A hint is worth a moment, not a wait. */
const hintPatienceMs = 1000

interface Line {
  readonly place: RelayPlace
  readonly feed: FeedClient
  readonly session: RelaySession
  readonly blobs: BlobClient
  readonly uploads: Uploads
  readonly watch: PlaceWatch
  readonly refusal: () => RefusalCode | null
}

/** The traffic of one group, at rest until it leads. */
export function createConnections(parts: ConnectionsParts): Connections {
  const { replica } = parts
  const lines = new Map<RelayId, Line>()
  let leading = false
  let refused = 0
  let written = 0
  let duty: ReturnType<typeof setTimeout> | null = null

  const openLine = (place: RelayPlace): Line => {
    const speaker = createSpeaker(replica.secrets, () => {
      session.reset()
    })
    const session = createRelaySession({
      ...{ group: replica.group, place, identity: speaker.identity, fetch: parts.fetch },
    })
    const begun = createBegunUploads(parts.notes, place.key)
    const client = createBlobClient(replica.group, session, begun)
    const uploads = createUploads({
      relay: place.key,
      store: replica.store,
      blobs: parts.blobs,
      client,
      bring: parts.bring ?? (() => Promise.resolve('never')),
      clock: parts.clock,
      onSent: parts.onSent,
      onProblem: parts.onTrouble,
    })
    const watch = createPlaceWatch({ ...parts, relay: place.key, onChange: parts.onState })
    let refusal: RefusalCode | null = null
    const giveBack = createGiveBack({ ...parts, place })
    return {
      ...{ place, session, uploads, blobs: client, watch },
      refusal: () => (giveBack.keepsGroup() ? refusal : null),
      feed: createFeedClient({
        replica,
        place,
        speaker,
        watch,
        openLink: parts.openLink,
        clock: parts.clock,
        onState: (state) => {
          if (state === 'connecting') refusal = null
          parts.onState()
          if (state !== 'live') return
          if (isMember(replica)) uploads.start()
          scheduleDuty()
          void snapshots.caughtUp().catch(() => undefined)
        },
        onHints: snapshots.useHints,
        giveBack: () =>
          refusal !== null && isMember(replica) ? giveBack.offer() : Promise.resolve(false),
        onNewFeed: inOneRun(() => parts.onNewFeed(place.key)),
        onRefused: (code) => {
          refused++
          refusal = code
          session.reset()
        },
      }),
    }
  }

  const stopLine = (line: Line): void => {
    line.feed.stop()
    line.uploads.stop()
    line.watch.stop()
  }

  const startLine = (line: Line): void => {
    line.feed.start()
    if (isMember(replica)) line.uploads.start()
  }

  const alignLines = (): void => {
    const listed = replica.state()?.relays ?? new Map(firstOf(parts.firstPlace))
    for (const [id, line] of lines)
      if (listed.get(id)?.address !== line.place.address) {
        stopLine(line)
        lines.delete(id)
      }
    for (const [id, place] of listed) {
      if (lines.has(id)) continue
      const line = openLine(place)
      lines.set(id, line)
      if (leading) startLine(line)
    }
  }

  const scheduleDuty = (): void => {
    if (!leading || duty !== null) return
    const delayMs = dutyDelayMs(replica, parts.dutySpreadMs, parts.random)
    duty = setTimeout(() => {
      duty = null
      if (leading && isMember(replica)) void doDuties(replica, parts.clock()).catch(() => undefined)
    }, delayMs)
  }

  const kick = (): void => {
    for (const line of lines.values()) {
      if (!leading) continue
      line.feed.kick()
      if (isMember(replica)) line.uploads.start()
    }
  }

  const byHealth = (): Line[] =>
    [...lines.values()].sort(
      (a, b) => Number(b.feed.state() === 'live') - Number(a.feed.state() === 'live'),
    )

  const unlisten = replica.listen((event) => {
    if (event.kind === 'membership') {
      alignLines()
      scheduleDuty()
    }
    if (event.kind === 'received')
      void dropInvitation(replica, event.entries).catch(() => undefined)
    if (event.kind !== 'written') return
    kick()
    written++
    if (written % planSnapshotsAfter === 0) void snapshots.caughtUp().catch(() => undefined)
  })
  const clients = () => byHealth().map(({ blobs }) => blobs)
  const downloads = createDownloads({ blobs: parts.blobs, clients, clock: parts.clock })
  const blobParts = createBlobParts({ clients, clock: parts.clock })
  const snapshots = createSnapshots({
    ...{ replica, blobs: parts.blobs, random: parts.random, whenShown: parts.whenShown },
    fetchBlob: (id, mostBytes) => downloads.fetch(id, hintPatienceMs, mostBytes),
    sendBlob: (id, ciphertext) => sendToAny(byHealth(), id, ciphertext),
    spreadMs: parts.snapshotSpreadMs ?? snapshotSpreadMs,
    every: parts.snapshotEvery ?? snapshotEvery,
  })
  alignLines()

  return {
    downloads,
    parts: blobParts,
    kick,
    sendAhead(id, ciphertext) {
      for (const { uploads } of lines.values()) uploads.ahead(id, ciphertext)
    },
    lead(next) {
      leading = next
      for (const line of lines.values()) (leading ? startLine : stopLine)(line)
      if (!leading) return
      scheduleDuty()
      void parts.setbacks.recall().then(parts.onState)
    },
    places: () =>
      [...lines.values()].map(({ place, feed, refusal }) => ({
        place,
        refusal: feed.state() === 'refused' ? refusal() : null,
        state: feed.state(),
        lastSeenMs: feed.lastSeenMs(),
        knownAs: feed.knownAs(),
        wentBackMs: parts.setbacks.lastMs(place.key),
        lacks: [...lines.values()].every(({ watch }) => watch.lacks()),
      })),
    holders: (ids) => countHolders(clients(), ids),
    refusals: () => refused,
    stop() {
      unlisten()
      if (duty !== null) clearTimeout(duty)
      downloads.stop()
      blobParts.stop()
      snapshots.stop()
      for (const line of lines.values()) stopLine(line)
      lines.clear()
    },
  }
}

async function sendToAny(lines: readonly Line[], id: BlobId, ciphertext: Blob): Promise<boolean> {
  const { signal } = new AbortController()
  const sent = await Promise.all(lines.map(({ blobs }) => blobs.put(id, ciphertext, signal)))
  return sent.some(({ ok }) => ok)
}

/** Whether this device is a live one of the group, by the log at hand, and its join is known to a relay. */
export function isMember(replica: Replica): boolean {
  const me = replica.me()
  return (
    me !== null &&
    replica.secrets().device?.admitted === true &&
    replica.state()?.devices.has(me.device) === true
  )
}

function firstOf(place: RelayPlace | null): [RelayId, RelayPlace][] {
  return place === null ? [] : [[place.key, place]]
}

/**
 * Acts on `release` and `keep`: sets blobs aside that nobody needs, brings back those that somebody does, and removes
 * for good what has been aside for 30 days.
 *
 * Holds   a release is judged when it is first read here: its author must be a live device then, of an admin, or of
 *         the member who brought the blob to this relay first. So what somebody removed sent, or wrote and others bring
 *         back, frees nothing. Every `keep` holds that the feed took.
 * Upload  a blob that is stored answers the releases that were read before it.
 * Crash   the ledger is written before a file moves; `settle`, first of all, makes the files agree with it
 * Errors  those of the disk are told to `onFailure`; what was not done is done after the next load
 * Source  docs/design.md §8 "Bin and release"; release-ledger.ts
 */
import type { BlobId, DeviceId, MemberId } from '#lib/base/ids.ts'
import { plainBytes, type Bytes } from '#lib/base/bytes.ts'
import { dayMs, type Clock } from '#lib/base/time.ts'
import { roleAtLeast, roleMayWrite, type MembershipState } from '#lib/membership/evaluate.ts'
import { parseEntry } from '#lib/wire/entry.ts'
import { parseRelease } from '#lib/wire/release.ts'
import type { FeedStore } from '#relay/feed/feed-store.ts'
import type { BlobStore } from './blob-store.ts'
import type { JudgedEntry, ReleaseLedger } from './release-ledger.ts'

/** How long a blob stays aside before it is removed for good. */
export const asideMs = 30 * dayMs

/** Some ten thousand names: what is noted at once holds everybody up for that long. */
const PAGE_BYTES = 512 * 1024
const LIST_PAGE = 1000

export interface ReleasesParts {
  readonly ledger: ReleaseLedger
  readonly blobs: BlobStore
  readonly feed: FeedStore
  readonly clock: Clock
  state(): MembershipState | null
  onFailure(cause: unknown): void
}

export interface Releases {
  /** Reads what the feed says of blobs since it was read last, and acts on it. */
  catchUp(): Promise<void>
  /** A blob was stored, brought by that member or by nobody in particular; to be awaited before it is acknowledged. */
  uploaded(blob: BlobId, by: MemberId | null): Promise<void>
  /** The feed has taken another id: it is read anew, as one that was brought back from a copy. */
  feedRenewed(): Promise<void>
  /** Whether anything has been aside for long enough to go. */
  isSweepDue(): boolean
  /** Removes that for good. */
  sweep(): Promise<void>
  /** Finishes what was begun. */
  close(): Promise<void>
}

/** The releases of one group, which agree with its files and its feed soon after. */
export function createReleases(parts: ReleasesParts): Releases {
  const { ledger, blobs, clock, onFailure } = parts
  let last: Promise<void> = Promise.resolve()
  /** One after the other: no two acts move the same file. */
  const inTurn = (act: () => Promise<void>): Promise<void> => {
    const done = last.then(act)
    last = done.catch(onFailure)
    return done
  }
  void inTurn(() => settle(parts)).catch(() => undefined)
  return {
    catchUp: () => inTurn(() => readFeed(parts)).catch(() => undefined),
    uploaded: async (blob, by) => {
      if (!ledger.uploaded(blob, by)) return
      await inTurn(async () => {
        await blobs.bringBack(blob)
      })
    },
    feedRenewed: () => inTurn(() => readAnew(parts)).catch(() => undefined),
    isSweepDue: () => ledger.isAnyAsideSince(clock() - asideMs),
    sweep: () => inTurn(() => sweep(parts)).catch(() => undefined),
    close: async () => {
      await last
      ledger.close()
    },
  }
}

/** Finishes what a kill or a power loss cut off, and reads what the feed took before it. */
async function settle(parts: ReleasesParts): Promise<void> {
  const { ledger, blobs } = parts
  restartTimeIfNew(parts)
  const wanted = ledger.aside()
  for (const blob of wanted.keys())
    if (ledger.isReleased(blob)) await blobs.setAside(blob)
    else await bringBack(parts, blob)
  for (let page = await blobs.listAside(null, LIST_PAGE); page.length > 0;) {
    for (const { id } of page) if (!wanted.has(id)) await blobs.bringBack(id)
    page = await blobs.listAside(page.at(-1)?.id ?? null, LIST_PAGE)
  }
  await readFeed(parts)
}

/** Brought back from a copy: what was said since the copy was made, devices have still to bring again. */
function restartTimeIfNew({ ledger, feed, clock }: ReleasesParts): void {
  if (ledger.position(feed.feed) === 0) ledger.restartTime(clock())
}

function readAnew(parts: ReleasesParts): Promise<void> {
  restartTimeIfNew(parts)
  return readFeed(parts)
}

async function readFeed(parts: ReleasesParts): Promise<void> {
  const { ledger, feed } = parts
  for (let more = true; more;) {
    const after = ledger.position(feed.feed)
    const asked = { kinds: ['release', 'keep'], after, limit: 100, newest: false } as const
    const page = feed.select(asked, PAGE_BYTES)
    if (page.entries.length === 0) return
    const judged = page.entries.flatMap((bytes) => judge(parts, plainBytes(bytes)) ?? [])
    ledger.note(judged)
    await act(parts, new Set(judged.flatMap(({ release }) => release.blobs)))
    ledger.read(feed.feed, page.to)
    more = page.more
  }
}

function judge({ ledger, state }: ReleasesParts, bytes: Bytes): JudgedEntry | null {
  const entry = parseEntry(bytes)
  if (entry?.kind !== 'release' && entry?.kind !== 'keep') return null
  const release = parseRelease(entry.kind, entry.body)
  if (release === null) return null
  const author = authorOf(entry.author, state())
  const holds = (blob: BlobId) =>
    author !== null && (author.isAdmin || ledger.uploaderOf(blob) === author.member)
  return { entry: entry.id, kind: entry.kind, release, holds }
}

/** Who may release anything at all now; null for viewers and for whoever is out. */
function authorOf(
  device: DeviceId,
  state: MembershipState | null,
): { readonly member: MemberId; readonly isAdmin: boolean } | null {
  const id = state?.devices.get(device)?.member
  const member = id === undefined ? undefined : state?.members.get(id)
  if (member === undefined || !roleMayWrite(member.role, 'release')) return null
  return { member: member.id, isAdmin: roleAtLeast(member.role, 'admin') }
}

async function act(parts: ReleasesParts, named: ReadonlySet<BlobId>): Promise<void> {
  const { ledger, blobs, clock } = parts
  const aside = ledger.aside()
  const released: BlobId[] = []
  for (const blob of named) {
    const isReleased = ledger.isReleased(blob)
    if (isReleased && !aside.has(blob) && (await blobs.size(blob)) !== null) released.push(blob)
    if (!isReleased && aside.has(blob)) await bringBack(parts, blob)
  }
  ledger.setAside(released, clock())
  for (const blob of released) await blobs.setAside(blob)
}

async function bringBack({ ledger, blobs }: ReleasesParts, blob: BlobId): Promise<void> {
  await blobs.bringBack(blob)
  ledger.bringBack(blob)
}

async function sweep(parts: ReleasesParts): Promise<void> {
  const { ledger, blobs, clock } = parts
  await readFeed(parts)
  for (const [blob, sinceMs] of ledger.aside()) {
    if (clock() - sinceMs < asideMs) continue
    await blobs.removeAside(blob)
    ledger.forget(blob)
  }
}

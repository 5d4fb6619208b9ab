/**
 * Gives up files of this device that can be fetched again, and nothing else.
 *
 * A file goes only if it belongs to an item, waits to be sent nowhere, in no group of this device, and as many places
 * as the group wants copies (for originals and films of live photos; one for pictures made from them) have just said that they hold it. So
 * nothing goes without signal, and nothing that exists here alone ever. What was chosen to be kept goes last.
 *
 * Only the tab that leads does it; a tab whose write found no room takes the lead.
 *
 * Units   bytes of ciphertext
 * Errors  StorageProblem
 * Source  docs/design.md §8 "What a device keeps"
 */
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { isMember } from '#lib/sync/connections.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import type { GroupSession } from './group-session.ts'
import { keepingIn, type KeepingChoice } from './keeping-choice.ts'
import { byTurn, dispensableOf, isToGo, type Dispensable } from './keeping-plan.ts'

export interface Room {
  /** Gives up so many bytes, if it can; what it gave up. */
  make(bytes: number): Promise<number>
  /** Gives up what people chose not to keep any more. */
  settle(): Promise<number>
}

export interface RoomParts {
  readonly groups: Pick<EngineGroups, 'sessions'>
  readonly parts: Pick<EngineParts, 'tabs' | 'clock'>
  readonly onGivenUp: () => void
}

interface Candidate extends Dispensable {
  readonly session: GroupSession
  readonly choice: KeepingChoice
}

const atOnce = 256
/** The most that IndexedDB can be asked for. */
const everything = 0xffffffff
/** Asking for the same in vain again and again would make every write wait for the network. */
const vainPauseMs = 5000

/** Room on this device. */
export function createRoom({ groups, parts, onGivenUp }: RoomParts): Room {
  let making: Promise<number> | null = null
  let inVainUntilMs = 0

  const candidates = async (from: readonly GroupSession[]): Promise<Candidate[]> => {
    const waiting = await waitingIn(groups.sessions())
    const each = await Promise.all(from.map((session) => candidatesIn(session, waiting)))
    return each.flat().sort(byTurn)
  }

  const members = (): GroupSession[] => groups.sessions().filter(({ replica }) => isMember(replica))

  /** Where somebody chose to keep less than before. */
  const lowered = async (): Promise<GroupSession[]> => {
    const sessions = members()
    const choices = await Promise.all(sessions.map(({ store }) => keepingIn(store)))
    return sessions.filter((_, n) => (choices[n]?.giveUpBeforeMs ?? 0) > 0)
  }

  const giveUp = async (wanted: readonly Candidate[], enoughBytes: number): Promise<number> => {
    const silent = new Set<GroupId>()
    let freed = 0
    let queue = wanted
    while (queue.length > 0 && freed < enoughBytes) {
      const some = firstOf(queue, enoughBytes - freed)
      queue = queue.slice(some.length)
      for (const [session, files] of bySession(some))
        if (!silent.has(session.group)) {
          const given = await giveUpIn(session, files)
          if (given === null) silent.add(session.group)
          else freed += given
        }
    }
    if (freed > 0) onGivenUp()
    return freed
  }

  const makeOnce = async (bytes: number): Promise<number> => {
    if (parts.clock() < inVainUntilMs) return 0
    if (!parts.tabs.leading()) await parts.tabs.claim()
    const freed = await giveUp(await candidates(members()), bytes)
    if (freed === 0) inVainUntilMs = parts.clock() + vainPauseMs
    return freed
  }

  return {
    make(bytes) {
      making ??= makeOnce(bytes).finally(() => (making = null))
      return making
    },
    async settle() {
      if (!parts.tabs.leading()) return 0
      const all = await candidates(await lowered())
      const owed = all.filter((one) => isToGo(one, one.choice))
      return giveUp(owed, Infinity)
    },
  }
}

/** What waits to be sent anywhere: a group made out of another one sends files that are in that one's store. */
async function waitingIn(sessions: readonly GroupSession[]): Promise<ReadonlySet<BlobId>> {
  const each = await Promise.all(
    sessions.flatMap(({ replica, store }) =>
      [...(replica.state()?.relays.keys() ?? [])].map((relay) =>
        store.entries.transfers(relay, everything),
      ),
    ),
  )
  return new Set(each.flat().map(({ blob }) => blob))
}

async function candidatesIn(
  session: GroupSession,
  waiting: ReadonlySet<BlobId>,
): Promise<Candidate[]> {
  const { replica, store, projection } = session
  const me = replica.me()?.member
  if (me === undefined) return []
  const [held, choice] = await Promise.all([store.blobs.list(), keepingIn(store)])
  return dispensableOf({ items: projection.all(), held, choice, me })
    .filter(({ blob }) => !waiting.has(blob))
    .map((file) => ({ ...file, session, choice }))
}

/** The bytes given up; null where no place answers. */
async function giveUpIn(
  { replica, store, connections }: GroupSession,
  files: readonly Dispensable[],
): Promise<number | null> {
  const holders = await connections.holders(files.map(({ blob }) => blob))
  if (holders === null) return null
  const { copies = 1, relays } = replica.state() ?? {}
  const safeAt = Math.max(1, Math.min(copies, relays?.size ?? 1))
  const safe = files.filter(
    ({ blob, isGiven }) => (holders.get(blob) ?? 0) >= (isGiven ? safeAt : 1),
  )
  const given = new Set(await store.blobs.giveUp(safe.map(({ blob }) => blob)))
  return safe.reduce((sum, { blob, size }) => sum + (given.has(blob) ? size : 0), 0)
}

function firstOf(queue: readonly Candidate[], enoughBytes: number): Candidate[] {
  const some: Candidate[] = []
  let bytes = 0
  for (const one of queue) {
    if (some.length === atOnce || bytes >= enoughBytes) break
    some.push(one)
    bytes += one.size
  }
  return some
}

function bySession(files: readonly Candidate[]): Map<GroupSession, Candidate[]> {
  const groups = new Map<GroupSession, Candidate[]>()
  for (const file of files) groups.set(file.session, [...(groups.get(file.session) ?? []), file])
  return groups
}

/**
 * Making a new group out of one: founding it, then everything that follows, as often as it takes.
 *
 * Founding needs the network and is the one step that leaves nothing behind where it fails. From then on the device
 * owes the rest, and remembers it with the new group's keys: it goes on whenever both groups are open in the leading tab.
 *
 * Source  docs/design.md §5 "Forking"
 */
import { albumTitle } from '#lib/albums/album-document.ts'
import { platformRandom, type GroupId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { deriveForkAlbum } from '#lib/crypto/derive.ts'
import { listedAlbums, memberName } from '#lib/groups/group-document.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { isMember } from '#lib/sync/connections.ts'
import type { StartGroupProblem } from './api.ts'
import { carryDocuments, NotNow } from './carrying.ts'
import type { EngineParts } from './engine-parts.ts'
import type { ForkWish } from './fork-api.ts'
import { offerFork } from './fork-offers.ts'
import { foundGroup } from './founding.ts'
import type { GroupSession } from './group-session.ts'

/** Founds the new group; its database is complete and closed again when this resolves. */
export async function foundFork(
  parts: EngineParts,
  from: GroupSession,
  wish: ForkWish & { readonly albumTitle: string },
): Promise<Result<{ group: GroupId }, StartGroupProblem>> {
  const { replica } = from
  const me = replica.me()?.member
  const name = me === undefined ? '' : memberName(replica.groupContent(), me)
  if (wish.name.trim() === '' || name === '') return err({ kind: 'empty-name' })
  const seed = platformRandom(32)
  const [first] = listedAlbums(replica.groupContent())
  const title = first === undefined ? '' : albumTitle(replica.documents.read(first))
  const founded = await foundGroup(parts, {
    groupName: wish.name.trim(),
    memberName: name,
    deviceName: parts.deviceName,
    address: wish.address,
    hostingCode: wish.hostingCode,
    albumTitle: title || wish.albumTitle,
    ...(first === undefined ? {} : { album: deriveForkAlbum(seed, first) }),
    fork: { from: from.group, people: wish.people, seed, isDone: false },
  })
  return founded.ok ? ok({ group: founded.value.group }) : founded
}

/** Goes on with forks that are not done. */
export interface Carrier {
  /** Takes up the fork that made this group, if something is left of it. */
  kick(to: GroupSession): void
  stop(): void
}

const againMs = 3000

/** At rest; `session` gives the open groups. */
export function createCarrier(
  session: (group: GroupId) => GroupSession | null,
  { clock, leads }: { readonly clock: () => number; readonly leads: () => boolean },
): Carrier {
  const running = new Set<GroupId>()
  const timers = new Set<ReturnType<typeof setTimeout>>()
  let isStopped = false

  const kick = (to: GroupSession): void => {
    if (isStopped || !leads() || running.has(to.group) || session(to.group) !== to) return
    const record = to.replica.secrets().fork
    const from = record === undefined ? null : session(record.from)
    if (record === undefined || record.isDone || from === null || !isMember(to.replica)) return
    running.add(to.group)
    carryAll({ from, to, record, clock })
      .then(
        () => true,
        (cause: unknown) => {
          // A group that was closed meanwhile has no storage any more; it is taken up when it is opened again.
          if (cause instanceof NotNow || cause instanceof StorageProblem) return false
          throw cause
        },
      )
      .finally(() => running.delete(to.group))
      .then((isDone) => {
        if (!isDone) later(to)
      })
      .catch(reportLater)
  }

  const later = (to: GroupSession): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      kick(to)
    }, againMs)
    timers.add(timer)
  }

  return {
    kick,
    stop() {
      isStopped = true
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

async function carryAll(fork: Parameters<typeof carryDocuments>[0]): Promise<void> {
  await carryDocuments(fork)
  await offerFork(fork)
  const { replica } = fork.to
  const record = { ...fork.record, isDone: true }
  await replica.keep((now) => ({ ...now, fork: record }))
}

/** A bug: the last-resort hook shows it. */
function reportLater(cause: unknown): void {
  setTimeout(() => {
    throw cause
  })
}

/**
 * Fetches files that are to be kept here: a few at once, in the order given, but first what a place says it holds. What
 * is on its way there still is looked for again for a while, which begins anew with all that comes.
 *
 * Units   bytes; milliseconds
 * Errors  none: what cannot be had, or stored, is left out
 */
import type { Clock } from '#lib/base/time.ts'
import type { Rendition } from '#lib/ports/index-store.ts'
import type { GroupSession } from './group-session.ts'

export interface Missing {
  readonly session: Pick<GroupSession, 'connections'>
  readonly file: Rendition
}

export interface FetchMissingParts {
  /** Asked before each file. */
  readonly mayGoOn: () => boolean
  readonly hasRoom: (bytes: number) => Promise<boolean>
  readonly onHere: (file: Rendition) => void
  readonly clock: Clock
}

const atOnce = 3
const failuresInARow = 3
/** Somebody else's original may be on its way still. */
const patienceMs = 10_000
const lookAgainMs = 500
/** Without room for so much there is none for what may come. */
const leastRoomBytes = 32 << 20

/** Until all are here, or nothing more comes. */
export async function fetchMissing(
  missing: readonly Missing[],
  parts: FetchMissingParts,
): Promise<void> {
  const { mayGoOn, clock } = parts
  let left = missing
  let untilMs = clock() + patienceMs
  while (left.length > 0 && mayGoOn()) {
    const held = await heldOf(left)
    if (held.length > 0) {
      const here = await fetchSome(held, parts)
      if (here.size === 0) return
      left = left.filter((one) => !here.has(one))
      untilMs = clock() + patienceMs
    } else {
      if (clock() > untilMs) return
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs))
    }
  }
}

/** Those that a place holds now. */
async function heldOf(missing: readonly Missing[]): Promise<Missing[]> {
  const bySession = Map.groupBy(missing, ({ session }) => session)
  const held = await Promise.all(
    [...bySession].map(async ([{ connections }, some]) => {
      const holders = await connections.holders(some.map(({ file }) => file.blob))
      return some.filter(({ file }) => (holders?.get(file.blob) ?? 0) > 0)
    }),
  )
  const all = new Set(held.flat())
  return missing.filter((one) => all.has(one))
}

/** Those that came. */
async function fetchSome(
  held: readonly Missing[],
  { mayGoOn, hasRoom, onHere }: FetchMissingParts,
): Promise<ReadonlySet<Missing>> {
  const queue = [...held]
  const here = new Set<Missing>()
  let failures = 0
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { session, file } = next
      if (!mayGoOn() || failures >= failuresInARow) return
      // How long a file is says whoever added it: one that is too long keeps no other from coming.
      if (!(await hasRoom(file.size))) {
        if (await hasRoom(Math.min(file.size, leastRoomBytes))) continue
        return
      }
      if (await session.connections.downloads.fetch(file.blob, 0).catch(() => false)) {
        failures = 0
        here.add(next)
        onHere(file)
      } else failures++
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return here
}

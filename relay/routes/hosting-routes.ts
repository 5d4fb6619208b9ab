/**
 * `GET /relay` (who is here) and `POST /g` (host a new group).
 *
 * Shape   {code: text or null, entries: [genesis entry, further ops …]}. More than the genesis is sent
 *         by a device that brings a group back to a relay that lost it.
 * Rules   The operations must name this relay by its key and address. A code hosts one group; a group
 *         already here is answered as if hosted now, and takes no code. So is one that a code was used
 *         for before: its folder was lost, and the relay's own file (identity.ts) still knows it.
 * Errors  wire/paths.ts
 */
import type { Context, Hono } from 'hono'
import type { CborMap } from '#lib/base/cbor.ts'
import type { Bytes } from '#lib/base/bytes.ts'
import { readBytes, readList } from '#lib/base/fields.ts'
import { idToBytes } from '#lib/base/ids.ts'
import type { Clock } from '#lib/base/time.ts'
import { groupOfEntry, parseEntry, type Entry } from '#lib/wire/entry.ts'
import { maxOps } from '#lib/wire/limits.ts'
import { hostPath, relayInfoPath } from '#lib/wire/paths.ts'
import { refusal, type Refusal } from '#relay/feed/refusal.ts'
import { createAddressRates } from '#relay/feed/slowdown.ts'
import type { GroupRegistry } from '#relay/groups/group-registry.ts'
import type { Group } from '#relay/groups/group.ts'
import type { HostingCodes, RelayKey } from '#relay/identity.ts'
import type { Logger } from '#relay/logger.ts'
import { addressOf, answerCbor, answerRefusal, type RelayEnv } from './answers.ts'
import type { Bodies } from './bodies.ts'

const MAX_BODY_BYTES = 16 * 1024 * 1024
/** By address. Enough for every honest use; guessing a code of 80 bits at this rate is hopeless. */
const TRIES = { perSecond: 5, burst: 100 }

export interface HostingParts {
  readonly key: RelayKey
  readonly origin: string
  readonly hosting: 'code' | 'open'
  readonly codes: HostingCodes
  readonly groups: GroupRegistry
  readonly bodies: Bodies
  readonly clock: Clock
  readonly logger: Logger
  /** Told when a code was taken, so that the next one can be shown. */
  onHosted(): void
}

/** Adds the routes. */
export function addHostingRoutes(app: Hono<RelayEnv>, parts: HostingParts): void {
  const tries = createAddressRates(TRIES, parts.clock)
  app.get(relayInfoPath, (c) => {
    c.header('cache-control', 'no-store')
    return c.json({ mantel: 1, relay: parts.key.id, hosting: parts.hosting })
  })
  app.post(hostPath, async (c) => {
    if (tries.take(addressOf(c)) > 0) return answerRefusal(c, refusal('too-many'))
    return parts.bodies.answerMap(c, MAX_BODY_BYTES, async (body) => {
      const asked = parseAsked(body)
      return asked === null ? answerRefusal(c, refusal('malformed')) : host(c, parts, asked)
    })
  })
}

interface Asked {
  readonly code: string | null
  readonly genesis: Entry
  readonly entries: readonly Bytes[]
}

function parseAsked({ code, entries }: CborMap): Asked | null {
  if (code !== null && typeof code !== 'string') return null
  const bytes = readList(entries, maxOps, (item) => readBytes(item))
  const genesis = bytes?.[0] === undefined ? null : parseEntry(bytes[0])
  return bytes !== null && genesis?.group === null ? { code, genesis, entries: bytes } : null
}

async function host(c: Context<RelayEnv>, parts: HostingParts, asked: Asked): Promise<Response> {
  const id = groupOfEntry(asked.genesis)
  const answer = { group: idToBytes(id) }
  if (parts.groups.open(id) !== null) return answerCbor(c, answer, 200)
  const needsCode = parts.hosting === 'code' && !parts.codes.isHosted(id)
  const code = needsCode ? (asked.code ?? '') : null
  if (code !== null && !parts.codes.take(code, id)) {
    return answerRefusal(
      c,
      refusal('not-allowed', 'That hosting code is not valid, or it was used.'),
    )
  }
  try {
    const found = await parts.groups.found(id, asked.entries, (group) => namesUs(group, parts))
    if (!found.ok && code !== null) parts.codes.giveBack(code)
    if (!found.ok) return answerRefusal(c, found.error)
  } catch (cause) {
    if (code !== null) parts.codes.giveBack(code)
    throw cause
  }
  parts.logger.info({ group: id }, 'hosts a new group')
  if (code !== null) parts.onHosted()
  return answerCbor(c, answer, 201)
}

function namesUs(group: Group, { key, origin }: HostingParts): Refusal | null {
  const place = group.state()?.relays.get(key.id)
  if (place?.address === origin) return null
  return refusal('not-allowed', `The group does not name this relay, ${origin}, as its own.`)
}

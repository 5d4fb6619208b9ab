/**
 * The mutual handshake: a device shows that it holds a key the group knows, this relay that it holds
 * its own. The same steps serve the WebSocket (one challenge a connection) and HTTP.
 *
 * Shape   frames `hello`, `prove`, `welcome` of wire/frames.ts
 * Units   a challenge serves once, within one minute
 * Errors  'not-allowed' for a wrong signature, an unknown key, one removed, used up or expired, and for a group that is
 *         not here: alike, after the same work
 */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { verifySignature } from '#lib/base/ed25519.ts'
import type { GroupId, Random } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { minuteMs, type Clock } from '#lib/base/time.ts'
import {
  proofBytes,
  type HelloFrame,
  type ProveFrame,
  type WelcomeFrame,
} from '#lib/wire/frames.ts'
import type { Group } from '#relay/groups/group.ts'
import type { RelayKey } from '#relay/identity.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Principal } from './principal.ts'
import { refusal, type Refusal } from './refusal.ts'

export interface HandshakeParts {
  readonly key: RelayKey
  readonly tokens: AccessTokens
  readonly random: Random
  readonly clock: Clock
}

/** The group that somebody names; null where it is not here, of which they learn nothing. */
export interface Asked {
  readonly id: GroupId
  readonly group: Group | null
}

export interface Welcomed {
  readonly group: Group
  readonly principal: Principal
  readonly welcome: WelcomeFrame
}

export interface Handshake {
  hello(nonce: Bytes): HelloFrame
  /** A nonce for one challenge. */
  nonce(): Bytes
  /** Checks a proof over a challenge given out before. */
  welcome(asked: Asked, nonce: Bytes, frame: ProveFrame): Promise<Result<Welcomed, Refusal>>
}

/** Handshakes in the name of this relay. */
export function createHandshake({ key, tokens, random, clock }: HandshakeParts): Handshake {
  return {
    hello: (nonce) => ({ t: 'hello', relay: key.id, nonce }),
    nonce: () => random(32),
    welcome: async ({ id, group }, nonce, frame) => {
      const principal: Principal = { as: frame.as, key: toHex(frame.key) }
      const proof = { relay: key.id, group: id, relayNonce: nonce, deviceNonce: frame.nonce }
      const isProved = await verifySignature(frame.key, frame.sig, proofBytes('device', proof))
      if (!isProved || group === null || group.accessOf(principal) === null)
        return err(refusal('not-allowed'))
      const welcome: WelcomeFrame = {
        t: 'welcome',
        sig: key.sign(proofBytes('relay', proof)),
        token: tokens.issue(id, principal),
        feed: group.feed.feed,
        end: group.feed.end(),
        clockMs: clock(),
      }
      return ok({ group, principal, welcome })
    },
  }
}

/** Challenges given out over HTTP and not yet answered. */
export interface Challenges {
  issue(): Bytes
  /** True once for a challenge given out within the last minute. */
  take(nonce: Bytes): boolean
}

const MAX_CHALLENGES = 20_000

/** An empty register; past its size the oldest challenges are forgotten first. */
export function createChallenges(random: Random, clock: Clock): Challenges {
  const issued = new Map<string, number>()
  const dropOld = () => {
    for (const [nonce, atMs] of issued) {
      if (clock() - atMs <= minuteMs && issued.size < MAX_CHALLENGES) return
      issued.delete(nonce)
    }
  }
  return {
    issue: () => {
      dropOld()
      const nonce = random(32)
      issued.set(toHex(nonce), clock())
      return nonce
    },
    take: (nonce) => {
      const atMs = issued.get(toHex(nonce))
      issued.delete(toHex(nonce))
      return atMs !== undefined && clock() - atMs <= minuteMs
    },
  }
}

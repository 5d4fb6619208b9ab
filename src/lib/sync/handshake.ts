/**
 * The device's side of the mutual handshake (wire/frames.ts): prove who we are, and check that the relay is
 * the one that the group's operations name.
 *
 * Errors  `wrong-relay`: another key, or a signature that does not hold
 * Source  docs/design.md §7
 */
import { equalBytes, type Bytes } from '#lib/base/bytes.ts'
import { verifySignature } from '#lib/base/ed25519.ts'
import { idToBytes, platformRandom, type GroupId, type RelayId } from '#lib/base/ids.ts'
import {
  proofBytes,
  type HelloFrame,
  type ProveFrame,
  type WelcomeFrame,
} from '#lib/wire/frames.ts'
import type { RelayIdentity } from './identity.ts'

export interface Handshake {
  /** The answer to `hello`, or null where the relay is not the expected one. */
  prove(hello: HelloFrame): ProveFrame | null
  /** Whether `welcome` comes from the expected relay. */
  check(welcome: WelcomeFrame): Promise<boolean>
}

/** One handshake with the relay whose key is `expected`. */
export function createHandshake(input: {
  readonly group: GroupId
  readonly expected: RelayId
  readonly identity: RelayIdentity
}): Handshake {
  const deviceNonce = platformRandom(32)
  let relayNonce: Bytes | null = null

  const proof = (by: 'device' | 'relay', nonce: Bytes): Bytes =>
    proofBytes(by, { relay: input.expected, group: input.group, relayNonce: nonce, deviceNonce })

  return {
    prove(hello) {
      if (!equalBytes(idToBytes(hello.relay), idToBytes(input.expected))) return null
      relayNonce = hello.nonce
      const { as, key, sign } = input.identity
      return { t: 'prove', as, key, nonce: deviceNonce, sig: sign(proof('device', hello.nonce)) }
    },
    async check(welcome) {
      if (relayNonce === null) return false
      return verifySignature(idToBytes(input.expected), welcome.sig, proof('relay', relayNonce))
    },
  }
}

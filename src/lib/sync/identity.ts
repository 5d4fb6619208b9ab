/**
 * Who this device is towards the relays of a group: a member's device, or an open invitation while visiting.
 *
 * Source  docs/design.md §5, §7 "Handshake"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import { publicKeyOfSeed, signMessage } from '#lib/base/ed25519.ts'
import { deriveInvitationKeys } from '#lib/crypto/derive.ts'
import type { GroupSecrets } from '#lib/ports/key-store.ts'
import type { ProofKind } from '#lib/wire/frames.ts'

export interface RelayIdentity {
  readonly as: ProofKind
  readonly key: Bytes
  readonly sign: (message: Bytes) => Bytes
}

/**
 * The identity that these secrets give; null with neither device nor invitation. The invitation's seed is kept
 * until a relay has the join, so a join in the making still speaks as the invitation.
 */
export function identityOf(secrets: GroupSecrets): RelayIdentity | null {
  if (secrets.invitationSeed !== null) {
    const { signSeed, signPublic } = deriveInvitationKeys(secrets.invitationSeed)
    return { as: 'invitation', key: signPublic, sign: (message) => signMessage(signSeed, message) }
  }
  if (secrets.device === null) return null
  const seed = secrets.device.signSeed
  return { as: 'device', key: publicKeyOfSeed(seed), sign: (message) => signMessage(seed, message) }
}

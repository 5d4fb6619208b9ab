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

/** The identity that these secrets give; null with neither device nor invitation. */
export function identityOf(secrets: GroupSecrets, as?: ProofKind): RelayIdentity | null {
  if (secrets.device !== null && as !== 'invitation') {
    const seed = secrets.device.signSeed
    return {
      as: 'device',
      key: publicKeyOfSeed(seed),
      sign: (message) => signMessage(seed, message),
    }
  }
  if (secrets.invitationSeed === null) return null
  const { signSeed, signPublic } = deriveInvitationKeys(secrets.invitationSeed)
  return { as: 'invitation', key: signPublic, sign: (message) => signMessage(signSeed, message) }
}

/**
 * With which of its two identities a device speaks to one relay: the invitation it came by, or its own key.
 *
 * Before a relay has the join only the invitation is known there; afterwards a used-up link is not, and the device
 * is. Nobody but the relay knows which it is: its answer to the join may be lost, and a relay that was restored
 * from a backup has forgotten the join. So a refusal gives the other identity its turn.
 *
 * Errors  none
 * Source  docs/design.md §5 "The link", §7 "Handshake"
 */
import { publicKeyOfSeed, signMessage } from '#lib/base/ed25519.ts'
import { deriveInvitationKeys } from '#lib/crypto/derive.ts'
import type { GroupSecrets } from '#lib/ports/key-store.ts'
import type { RelayIdentity } from './identity.ts'

export interface Speaker {
  /** Who to prove to be now; null with neither device nor invitation. */
  identity(): RelayIdentity | null
  /** The relay knows this identity. */
  accepted(): void
  /** The relay has this device's join: from now on it is the device that speaks. */
  joined(): void
  /** The relay does not know this identity; true where the other one should be tried at once. */
  refused(): boolean
}

/** The speaker of one relay over secrets that change on joining; `onTurn` tells that it is another's turn. */
export function createSpeaker(secrets: () => GroupSecrets, onTurn: () => void): Speaker {
  let turn: RelayIdentity['as'] | null = null
  let refusals = 0

  const mine = (): readonly RelayIdentity['as'][] => {
    const { device, invitationSeed } = secrets()
    const known: RelayIdentity['as'][] = []
    if (device !== null) known.push('device')
    if (invitationSeed !== null) known.push('invitation')
    return device?.admitted === false ? known.reverse() : known
  }

  const now = (): RelayIdentity['as'] | null => {
    const known = mine()
    return turn !== null && known.includes(turn) ? turn : (known[0] ?? null)
  }

  return {
    identity() {
      const as = now()
      return as === null ? null : identityAs(as, secrets())
    },
    accepted() {
      refusals = 0
    },
    joined() {
      refusals = 0
      turn = 'device'
      onTurn()
    },
    refused() {
      const as = now()
      refusals++
      const other = mine().find((one) => one !== as)
      if (other === undefined) return false
      turn = other
      onTurn()
      return refusals < 2
    },
  }
}

function identityAs(as: RelayIdentity['as'], secrets: GroupSecrets): RelayIdentity | null {
  const seed =
    as === 'device'
      ? secrets.device?.signSeed
      : secrets.invitationSeed && deriveInvitationKeys(secrets.invitationSeed).signSeed
  return seed
    ? { as, key: publicKeyOfSeed(seed), sign: (message) => signMessage(seed, message) }
    : null
}

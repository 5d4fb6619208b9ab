/**
 * This device's secrets in one group, as they are stored and as the key ring grows.
 *
 * Errors  StorageProblem from the key store
 * Source  docs/design.md §5, §10
 */
import { publicKeyOfSeed } from '#lib/base/ed25519.ts'
import { idFromBytes, type KeyId } from '#lib/base/ids.ts'
import { deriveInvitationKeys } from '#lib/crypto/derive.ts'
import type { MembershipState } from '#lib/membership/evaluate.ts'
import type { GroupSecrets, KeyStore } from '#lib/ports/key-store.ts'
import type { BoxIdentity, KeyRing } from './key-ring.ts'
import type { Author } from './writer.ts'

export interface OwnKeys {
  secrets(): GroupSecrets
  /** Who signs this device's entries; null while visiting. */
  author(): Author | null
  /** Changes the secrets as they are then, also where another tab has changed them; durable when this resolves. */
  keep(change: (now: GroupSecrets) => GroupSecrets): Promise<void>
  /** Opens every epoch key that the membership offers this device, and stores what was gained. */
  learn(state: MembershipState | null): Promise<void>
  /** Reads them again while this device is not known to be a member: another tab may have joined. True where it has. */
  recall(): Promise<boolean>
}

export interface OwnKeysParts {
  readonly store: KeyStore
  readonly ring: KeyRing
  /** What the store held. */
  readonly stored: GroupSecrets
  /** Whether anything that counts is sealed under the key. */
  readonly isRead: (key: KeyId) => boolean
}

/** The keys of a device over their store. */
export function createOwnKeys({ store, ring, stored, isRead }: OwnKeysParts): OwnKeys {
  let secrets = stored
  let author = authorOf(stored)

  let last: Promise<void> = Promise.resolve()

  /** One after another: what is here must be what was stored last. */
  const renew = (stored: () => Promise<GroupSecrets>): Promise<void> => {
    const renewed = last.then(async () => {
      secrets = await stored()
      author = authorOf(secrets)
    })
    last = renewed.catch(() => undefined)
    return renewed
  }

  const keep: OwnKeys['keep'] = (change) =>
    renew(() => store.change((now) => change(now ?? secrets)))

  const isAdmitted = (): boolean => secrets.device?.admitted === true

  return {
    secrets: () => secrets,
    author: () => author,
    keep,
    async learn(state) {
      if (state === null) return
      if (await ring.learn(state, identitiesOf(secrets, author, state), isRead))
        await keep((now) => ({ ...now, epochKeys: new Map([...now.epochKeys, ...ring.all()]) }))
    },
    async recall() {
      if (isAdmitted()) return false
      await renew(async () => (await store.load()) ?? secrets)
      return isAdmitted()
    },
  }
}

function authorOf({ device }: GroupSecrets): Author | null {
  if (device === null) return null
  const id = idFromBytes('DeviceId', publicKeyOfSeed(device.signSeed))
  return id === null ? null : { device: id, signSeed: device.signSeed }
}

function identitiesOf(
  secrets: GroupSecrets,
  author: Author | null,
  state: MembershipState,
): BoxIdentity[] {
  const identities: BoxIdentity[] = []
  if (author !== null && secrets.device !== null)
    identities.push({ holder: author.device, boxSecret: secrets.device.boxSecret })
  if (secrets.invitationSeed === null) return identities
  const { signPublic, boxSecret } = deriveInvitationKeys(secrets.invitationSeed)
  const sign = idFromBytes('DeviceId', signPublic)
  for (const invitation of state.invitations.values())
    if (idFromBytes('DeviceId', invitation.sign) === sign)
      identities.push({ holder: invitation.id, boxSecret })
  return identities
}

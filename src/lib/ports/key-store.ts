/**
 * A group's secrets on this device, sealed under a key that cannot be exported.
 *
 * `save` reads back what it wrote before it resolves.
 * Errors  StorageProblem; `broken` where what is stored does not open any more
 * Source  docs/design.md §10
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { KeyId, MemberId } from '#lib/base/ids.ts'

export interface GroupSecrets {
  /** Seeds of this device's keys in the group; null while only visiting. */
  readonly device: {
    readonly signSeed: Bytes
    readonly boxSecret: Bytes
    readonly member: MemberId
    /** A relay has had this device's admission. */
    readonly admitted: boolean
  } | null
  /**
   * Seed of the invitation link through which this device looks in or came in; kept after joining until somebody
   * else's entry shows that the join is known, because a relay restored from a backup may have forgotten it.
   */
  readonly invitationSeed: Bytes | null
  readonly epochKeys: ReadonlyMap<KeyId, Bytes>
}

export interface KeyStore {
  load(): Promise<GroupSecrets | null>
  save(secrets: GroupSecrets): Promise<void>
}

/**
 * A group's secrets on this device, sealed under a key that cannot be exported.
 *
 * `save` and `change` read back what they wrote before they resolve.
 * Errors  StorageProblem; `broken` where what is stored does not open any more
 * Source  docs/design.md §10
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { GroupId, KeyId, MemberId } from '#lib/base/ids.ts'

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
  /** Where this device made the group out of another one: what it still owes, and what it owes it with. */
  readonly fork?: ForkRecord
}

/** A group made out of another one, as the device that did it remembers it (docs/design.md §5 "Forking"). */
export interface ForkRecord {
  readonly from: GroupId
  /** Members of the old group whom it is offered to. */
  readonly people: readonly MemberId[]
  readonly seed: Bytes
  /** All albums are written and all offers made; files may still be on their way. */
  readonly isDone: boolean
}

export interface KeyStore {
  load(): Promise<GroupSecrets | null>
  save(secrets: GroupSecrets): Promise<void>
  /**
   * Changes what is stored at that moment, whoever stored it; `edit` is asked again where another tab was quicker.
   * Returns what is stored then.
   */
  change(edit: (stored: GroupSecrets | null) => GroupSecrets): Promise<GroupSecrets>
}

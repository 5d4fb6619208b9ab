/**
 * Who this device is towards a relay of a group: a member's device, or the invitation it came by (speaker.ts).
 *
 * Source  docs/design.md §5, §7 "Handshake"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { ProofKind } from '#lib/wire/frames.ts'

export interface RelayIdentity {
  readonly as: ProofKind
  readonly key: Bytes
  readonly sign: (message: Bytes) => Bytes
}

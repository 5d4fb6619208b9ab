/**
 * Member ids of people: bound to the key of the device they came with.
 *
 * Shape   first 16 bytes of SHA-256(utf8('mantel/member/1\0') ‖ device key)
 *
 * If they were free, a stranger with an open link could join under Sam's id, naming parents from before Sam's join:
 * both joins would be allowed in their own past, and the stranger's device would speak as Sam.
 */
import { concatBytes, utf8 } from '#lib/base/bytes.ts'
import { idFromBytes, idToBytes, type DeviceId, type MemberId } from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'

/** The member id that a person's first device must name when it joins or is added. */
export function memberIdOfDevice(device: DeviceId): MemberId {
  const digest = sha256(concatBytes(utf8('mantel/member/1\0'), idToBytes(device)))
  const member = idFromBytes('MemberId', digest.subarray(0, 16))
  if (member === null) throw new Error('a digest has 32 bytes')
  return member
}

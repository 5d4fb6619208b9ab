/**
 * HKDF-SHA-256 purposes: one secret never serves two ends.
 *
 *   | purpose            | ikm             | info                              | bytes |
 *   |--------------------|-----------------|-----------------------------------|-------|
 *   | key id of an epoch | epoch key (32)  | 'mantel/epoch-id/1'               | 16    |
 *   | document key       | epoch key       | 'mantel/doc/1' ‖ doc id (16)      | 32    |
 *   | key wrap           | epoch key       | 'mantel/wrap/1'                   | 32    |
 *   | invitation signing | link seed (32)  | 'mantel/invitation-sign/1'        | 32 (Ed25519 seed) |
 *   | invitation box     | link seed       | 'mantel/invitation-box/1'         | 32 (X25519 private key) |
 *   | group of a device link | link seed    | 'mantel/device-link/1' ‖ group (32) | 32 (an invitation's seed) |
 *   | sheet signing      | sheet seed      | 'mantel/sheet-sign/1' ‖ group     | 32 (Ed25519 seed) |
 *   | sheet box          | sheet seed      | 'mantel/sheet-box/1' ‖ group      | 32 (X25519 private key) |
 *   | id of a fork       | fork seed (32)  | 'mantel/fork-id/1'                | 16    |
 *   | album in a fork    | fork seed       | 'mantel/fork-album/1' ‖ doc id it continues (16) | 16 (a doc id) |
 *   | invitation into a fork | fork seed   | 'mantel/fork-invitation/1' ‖ member (16) or device (32) | 32 (an invitation's seed) |
 *
 * Salt is empty. Errors: a secret of another length is a bug and throws. Source: RFC 5869, docs/design.md §5, §7
 */
import { x25519 } from '@noble/curves/ed25519.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { concatBytes, plainBytes, toHex, utf8, type Bytes } from '#lib/base/bytes.ts'
import { publicKeyOfSeed } from '#lib/base/ed25519.ts'
import {
  idToBytes,
  platformRandom,
  type DeviceId,
  type DocId,
  type GroupId,
  type KeyId,
  type MemberId,
  type Random,
} from '#lib/base/ids.ts'
import { sha256 } from '#lib/base/sha256.ts'

/** Signing and box key pairs of a device or invitation, from 32-byte secrets. */
export interface DeviceKeys {
  readonly signSeed: Bytes
  readonly signPublic: Bytes
  readonly boxSecret: Bytes
  readonly boxPublic: Bytes
}

/** The public name of an epoch key. */
export function deriveKeyId(epochKey: Bytes): KeyId {
  return toHex(derive(epochKey, utf8('mantel/epoch-id/1'), 16)) as KeyId
}

/** The key that seals the entries of one document in one epoch. */
export function deriveDocumentKey(epochKey: Bytes, doc: DocId): Bytes {
  return derive(epochKey, concatBytes(utf8('mantel/doc/1'), idToBytes(doc)), secretBytes)
}

/** The key under which an epoch wraps the keys before it. */
export function deriveWrapKey(epochKey: Bytes): Bytes {
  return derive(epochKey, utf8('mantel/wrap/1'), secretBytes)
}

/** The keys of an invitation: whoever holds the link's seed holds them. */
export function deriveInvitationKeys(seed: Bytes): DeviceKeys {
  return deviceKeysOf(
    derive(seed, utf8('mantel/invitation-sign/1'), secretBytes),
    derive(seed, utf8('mantel/invitation-box/1'), secretBytes),
  )
}

/** The seed of the invitation into one group that a link for several groups carries. */
export function deriveGroupSeed(linkSeed: Bytes, group: GroupId): Bytes {
  return derive(linkSeed, concatBytes(utf8('mantel/device-link/1'), idToBytes(group)), secretBytes)
}

/** The keys of a recovery sheet in one group. */
export function deriveSheetKeys(sheetSeed: Bytes, group: GroupId): DeviceKeys {
  const purpose = (name: string): Bytes =>
    derive(sheetSeed, concatBytes(utf8(name), idToBytes(group)), secretBytes)
  return deviceKeysOf(purpose('mantel/sheet-sign/1'), purpose('mantel/sheet-box/1'))
}

/** By what the old group knows a fork: it tells nothing of the new one. */
export function deriveForkId(forkSeed: Bytes): Bytes {
  return derive(forkSeed, utf8('mantel/fork-id/1'), 16)
}

/** The album that continues one of the old group in the new one: the same however often the fork is taken up again. */
export function deriveForkAlbum(forkSeed: Bytes, album: DocId): DocId {
  const info = concatBytes(utf8('mantel/fork-album/1'), idToBytes(album))
  return toHex(derive(forkSeed, info, 16)) as DocId
}

/** The seed of the invitation into the new group for a member of the old one, or for one device of one's own. */
export function deriveForkInvitation(forkSeed: Bytes, invitee: MemberId | DeviceId): Bytes {
  const info = concatBytes(utf8('mantel/fork-invitation/1'), idToBytes(invitee))
  return derive(forkSeed, info, secretBytes)
}

/** The group document's id: first 16 bytes of SHA-256('mantel/group-doc/1' ‖ group id). */
export function groupDocId(group: GroupId): DocId {
  const digest = sha256(concatBytes(utf8('mantel/group-doc/1'), idToBytes(group)))
  return toHex(digest.subarray(0, 16)) as DocId
}

/** Fresh device keys. */
export function createDeviceKeys(random: Random = platformRandom): DeviceKeys {
  return deviceKeysOf(random(secretBytes), random(secretBytes))
}

const secretBytes = 32

/** The pairs of two secrets of 32 bytes. */
export function deviceKeysOf(signSeed: Bytes, boxSecret: Bytes): DeviceKeys {
  const signPublic = publicKeyOfSeed(signSeed)
  return { signSeed, signPublic, boxSecret, boxPublic: plainBytes(x25519.getPublicKey(boxSecret)) }
}

function derive(secret: Bytes, info: Bytes, length: number): Bytes {
  if (secret.length !== secretBytes) throw new Error('keys derive from 32 bytes')
  return plainBytes(hkdf(nobleSha256, secret, undefined, info, length))
}

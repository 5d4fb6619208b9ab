/**
 * Branded identifiers: lower-case hexadecimal in programs and URLs, bytes on the wire.
 * Hexadecimal keeps the byte order, so comparing two ids as texts is comparing their bytes.
 */
import { parseHex, toHex, type Bytes } from './bytes.ts'

declare const brand: unique symbol
type Id<Name extends string> = string & { readonly [brand]: Name }

/** 32 bytes: SHA-256 of a signed entry. */
export type EntryId = Id<'EntryId'>
/** An entry of kind `op`; its id is the entry's. */
export type OpId = EntryId
/** 32 bytes: the id of a group's genesis op. */
export type GroupId = Id<'GroupId'>
/** 32 bytes: Ed25519 public key of a device in one group. */
export type DeviceId = Id<'DeviceId'>
/** 32 bytes: Ed25519 public key of a relay. */
export type RelayId = Id<'RelayId'>
/** 32 bytes: SHA-256 of a blob's ciphertext. */
export type BlobId = Id<'BlobId'>
/** 32 bytes: SHA-256 of an original file's plaintext; known to members only. */
export type ContentHash = Id<'ContentHash'>
/** 16 bytes: derived from the key of the device a person came with (membership/member-id.ts). */
export type MemberId = Id<'MemberId'>
/** 16 bytes, random. */
export type ItemId = Id<'ItemId'>
/** 16 bytes: an Automerge document; the group's is derived from the group id, an album's is random. */
export type DocId = Id<'DocId'>
/** 16 bytes: derived from an epoch key. */
export type KeyId = Id<'KeyId'>
/** 16 bytes, random: one incarnation of a group's feed on a relay. */
export type FeedId = Id<'FeedId'>

/** A kind of id by its name. */
export type IdName = keyof IdBytes
/** The branded type of a kind of id. */
export type IdOf<Name extends IdName> = Id<Name>

interface IdBytes {
  EntryId: 32
  GroupId: 32
  DeviceId: 32
  RelayId: 32
  BlobId: 32
  ContentHash: 32
  MemberId: 16
  ItemId: 16
  DocId: 16
  KeyId: 16
  FeedId: 16
}

/** Length in bytes of every kind of id. */
export const idLengths: IdBytes = {
  EntryId: 32,
  GroupId: 32,
  DeviceId: 32,
  RelayId: 32,
  BlobId: 32,
  ContentHash: 32,
  MemberId: 16,
  ItemId: 16,
  DocId: 16,
  KeyId: 16,
  FeedId: 16,
}

/** The id of that kind written in these bytes, or null where the length is wrong. */
export function idFromBytes<Name extends IdName>(name: Name, bytes: Uint8Array): Id<Name> | null {
  return bytes.length === idLengths[name] ? (toHex(bytes) as Id<Name>) : null
}

/** The id of that kind written in this hexadecimal text, or null. */
export function parseId<Name extends IdName>(name: Name, text: string): Id<Name> | null {
  const bytes = parseHex(text)
  return bytes === null ? null : idFromBytes(name, bytes)
}

/** The bytes of an id; throws only where somebody forged a brand. */
export function idToBytes(id: string): Bytes {
  const bytes = parseHex(id)
  if (bytes === null) throw new Error('an id is not hexadecimal')
  return bytes
}

/** A fresh random id; `random` fills bytes (the platform's generator outside tests). */
export function randomId<Name extends 'MemberId' | 'ItemId' | 'DocId' | 'FeedId'>(
  name: Name,
  random: Random = platformRandom,
): Id<Name> {
  return toHex(random(idLengths[name])) as Id<Name>
}

/** A source of random bytes. */
export type Random = (length: number) => Bytes

/** The platform's cryptographic generator. */
export const platformRandom: Random = (length) => crypto.getRandomValues(new Uint8Array(length))

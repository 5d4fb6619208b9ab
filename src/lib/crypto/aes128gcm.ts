/**
 * The content coding `aes128gcm`: records that open one by one, in any order.
 *
 * Shape   header: salt 16 ‖ record size u32 BE ‖ length of key id u8 ‖ key id; then records of that size,
 *         the last one shorter or equal. Record = AES-128-GCM of plaintext ‖ delimiter ‖ zeros (padding),
 *         tag 16 included; delimiter 2 in the last record, 1 before. At least one record.
 * Keys    by HKDF-SHA-256 from the key (any length) and the salt: content key (16), nonce (12), which is
 *         combined with the record's number
 * Errors  parsing and opening are total (null)
 * Source  RFC 8188 §2
 */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 as nobleSha256 } from '@noble/hashes/sha2.js'
import { plainBytes, utf8, type Bytes } from '#lib/base/bytes.ts'

/** What every record has beside its plaintext: delimiter and tag. */
export const recordOverheadBytes = 17

export interface ContentHeader {
  readonly salt: Bytes
  readonly recordSize: number
  readonly keyId: Bytes
  /** Of the header itself. */
  readonly length: number
}

/** The keys of one content. */
export interface RecordKeys {
  readonly content: CryptoKey
  readonly nonce: Bytes
}

/** A header with an empty key id. */
export function encodeContentHeader(salt: Bytes, recordSize: number): Bytes {
  if (salt.length !== saltBytes) throw new Error('a salt has 16 bytes')
  const header = new Uint8Array(fixedHeaderBytes)
  header.set(salt)
  new DataView(header.buffer).setUint32(saltBytes, recordSize)
  return header
}

/** The header in front of these bytes, or null. */
export function parseContentHeader(bytes: Bytes): ContentHeader | null {
  const length = fixedHeaderBytes + (bytes[fixedHeaderBytes - 1] ?? 0)
  if (bytes.length < length) return null
  const recordSize = new DataView(bytes.buffer, bytes.byteOffset).getUint32(saltBytes)
  if (recordSize <= recordOverheadBytes) return null
  const keyId = bytes.subarray(fixedHeaderBytes, length)
  return { salt: bytes.subarray(0, saltBytes), recordSize, keyId, length }
}

/** Content key and nonce of a key and salt. */
export async function deriveRecordKeys(key: Bytes, salt: Bytes): Promise<RecordKeys> {
  const derive = (info: string, length: number) =>
    plainBytes(hkdf(nobleSha256, key, salt, utf8(info), length))
  const raw = derive('Content-Encoding: aes128gcm\0', 16)
  const content = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, [
    'encrypt',
    'decrypt',
  ])
  return { content, nonce: derive('Content-Encoding: nonce\0', 12) }
}

/** Record number `index`, not padded. */
export async function sealRecord(
  keys: RecordKeys,
  index: number,
  plaintext: Uint8Array,
  isLast: boolean,
): Promise<Bytes> {
  const padded = new Uint8Array(plaintext.length + 1)
  padded.set(plaintext)
  padded[plaintext.length] = isLast ? delimiter.last : delimiter.more
  return new Uint8Array(await crypto.subtle.encrypt(cipher(keys, index), keys.content, padded))
}

/** The plaintext of record number `index`, padding taken off, or null. */
export async function openRecord(
  keys: RecordKeys,
  index: number,
  record: Bytes,
  isLast: boolean,
): Promise<Bytes | null> {
  const padded = await decrypt(keys, index, record)
  if (padded === null) return null
  let end = padded.length - 1
  while (end > 0 && padded[end] === 0) end--
  return padded[end] === (isLast ? delimiter.last : delimiter.more) ? padded.subarray(0, end) : null
}

/** A whole content in memory, not padded. */
export async function sealContent(
  plaintext: Bytes,
  { key, salt }: { key: Bytes; salt: Bytes },
  recordSize: number,
): Promise<Bytes> {
  const keys = await deriveRecordKeys(key, salt)
  const capacity = recordSize - recordOverheadBytes
  const count = recordCount(plaintext.length, recordSize)
  const sealed = new Uint8Array(fixedHeaderBytes + plaintext.length + count * recordOverheadBytes)
  sealed.set(encodeContentHeader(salt, recordSize))
  for (let index = 0; index < count; index++) {
    const part = plaintext.subarray(index * capacity, (index + 1) * capacity)
    const record = await sealRecord(keys, index, part, index === count - 1)
    sealed.set(record, fixedHeaderBytes + index * recordSize)
  }
  return sealed
}

/** The plaintext of a whole content in memory, or null; the key id is not looked at. */
export async function openContent(bytes: Bytes, key: Bytes): Promise<Bytes | null> {
  const header = parseContentHeader(bytes)
  if (header === null || bytes.length <= header.length) return null
  const keys = await deriveRecordKeys(key, header.salt)
  const records = bytes.subarray(header.length)
  const count = Math.ceil(records.length / header.recordSize)
  if (records.length - (count - 1) * header.recordSize < recordOverheadBytes) return null
  const plaintext = new Uint8Array(records.length - count * recordOverheadBytes)
  let length = 0
  for (let index = 0; index < count; index++) {
    const start = index * header.recordSize
    const record = records.subarray(start, start + header.recordSize)
    const part = await openRecord(keys, index, record, index === count - 1)
    if (part === null) return null
    plaintext.set(part, length)
    length += part.length
  }
  // What was padded is shorter.
  return length === plaintext.length ? plaintext : plaintext.slice(0, length)
}

/** Records of a plaintext that is not padded. */
export function recordCount(plaintextBytes: number, recordSize: number): number {
  return Math.max(1, Math.ceil(plaintextBytes / (recordSize - recordOverheadBytes)))
}

const saltBytes = 16
const fixedHeaderBytes = saltBytes + 4 + 1
const delimiter = { more: 1, last: 2 } as const

async function decrypt(keys: RecordKeys, index: number, record: Bytes): Promise<Bytes | null> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(cipher(keys, index), keys.content, record))
  } catch {
    return null
  }
}

/** RFC 8188 §2.3: the number, as 96 bits in network order, XOR the nonce. */
function cipher(keys: RecordKeys, index: number): AesGcmParams {
  const nonce = keys.nonce.slice()
  const view = new DataView(nonce.buffer)
  view.setUint32(4, view.getUint32(4) ^ Math.floor(index / 2 ** 32))
  view.setUint32(8, view.getUint32(8) ^ (index % 2 ** 32))
  return { name: 'AES-GCM', iv: nonce }
}

/**
 * The databases on a device: one for the device, one per group.
 *
 *   mantel               groups     group → listing
 *                        forgotten  group → when its removal was asked for, until it is complete
 *   mantel-<group hex>   records    order of arrival → envelope and notes, small: read whole at the start
 *                        order      entry → order of arrival
 *                        bytes      entry → its bytes as received
 *                        numbers    [author, seq] → the first entry stored with that number
 *                        cursors    relay → cursor
 *                        outbox     [relay, order of arrival] → entry
 *                        transfers  [relay, rank, −added, blob] → transfer, in the order of sending
 *                        transferKeys [relay, blob] → key in `transfers`
 *                        intake     id → record and file (a sealed one with its blob), or the two of a live photo
 *                        blobs      blob → size and file, or that it is in `small`
 *                        small      blob → its ciphertext: a file of its own costs six times what a row does
 *                        loose      file → when; named by no row yet, or no longer
 *                        documents  cache key → chunk
 *                        notes      name → what this device alone remembers (ports/note-store.ts)
 *                        secrets    'key' → non-extractable AES key; 'sealed' → the secrets under it
 *                        indexHead  'head' → columns
 *                        indexChunks chunk number → packed rows
 *                        indexWhere bucket → which slots hold an item or a blob
 *
 * A file is on the device when a row names it: the row is written after the file is whole and durable, so
 * a file appears at once or not at all, with or without a rename. `loose` is written before the file and
 * goes with the row, so a crash in between leaves a name to tidy up and never a search through folders.
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { BlobId, DeviceId, EntryId, GroupId, RelayId } from '#lib/base/ids.ts'
import type { StagedFile } from '#lib/ports/blob-store.ts'
import type { Cursor, EntryRecord, Transfer } from '#lib/ports/entry-store.ts'
import type { GroupListing } from '#lib/ports/group-store.ts'
import type { IntakeRecord } from '#lib/ports/intake-store.ts'
import type { StoredHead } from './index-head.ts'
import type { TableOf } from './tables.ts'

interface Row<Key, Value> {
  key: Key
  value: Value
}

export interface DeviceSchema {
  groups: Row<GroupId, GroupListing>
  forgotten: Row<GroupId, number>
}

export type TransferKey = readonly [RelayId, number, number, BlobId]
export interface StoredIntake {
  readonly record: IntakeRecord
  readonly file: string
  /** What the file is where it came sealed; absent in rows of earlier versions, too. */
  readonly sealed?: Omit<StagedFile, 'file'>
  /** Of a live photo, whose record holds the film's. */
  readonly film?: string
}
export interface StoredBlob {
  readonly size: number
  /** Absent where its bytes are in `small`. */
  readonly file?: string
  /** Absent in rows of earlier versions. */
  readonly usedMs?: number
}
export interface SealedSecrets {
  readonly iv: Bytes
  readonly ciphertext: Bytes
}

export interface GroupSchema {
  records: Row<number, EntryRecord>
  order: Row<EntryId, number>
  bytes: Row<EntryId, Bytes>
  numbers: Row<readonly [DeviceId, number], EntryId>
  cursors: Row<RelayId, Cursor>
  outbox: Row<readonly [RelayId, number], EntryId>
  transfers: Row<TransferKey, Transfer>
  transferKeys: Row<readonly [RelayId, BlobId], TransferKey>
  intake: Row<string, StoredIntake>
  blobs: Row<BlobId, StoredBlob>
  small: Row<BlobId, Bytes>
  loose: Row<string, number>
  documents: Row<readonly string[], Uint8Array>
  notes: Row<string, unknown>
  secrets: Row<string, CryptoKey | SealedSecrets>
  indexHead: Row<'head', StoredHead>
  indexChunks: Row<number, Bytes>
  indexWhere: Row<string, Bytes>
}

export const deviceDatabase = 'mantel'
export const deviceTables: readonly TableOf<DeviceSchema>[] = ['groups', 'forgotten']

export const groupDatabase = (group: GroupId): string => `mantel-${group}`
export const groupTables: readonly TableOf<GroupSchema>[] = [
  'records',
  'order',
  'bytes',
  'numbers',
  'cursors',
  'outbox',
  'transfers',
  'transferKeys',
  'intake',
  'blobs',
  'small',
  'loose',
  'documents',
  'notes',
  'secrets',
  'indexHead',
  'indexChunks',
  'indexWhere',
]

/** The folder of a group's files. */
export const groupFolder = (group: GroupId): readonly string[] => ['groups', group]

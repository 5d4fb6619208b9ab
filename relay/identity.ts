/**
 * What makes a relay itself: its Ed25519 key and its hosting codes, in `<data>/relay.sqlite`.
 *
 * Shape   table `identity(seed)` of one row; table `code(code, made, hosted)`. A code hosts one
 *         group: `hosted` is that group's id, null while the code is unused. Whenever the last
 *         unused code is taken, a fresh one is made, so that there is always one to show.
 *         SQLite, so that the `invite` command may write while the relay runs.
 * Units   a code is 80 random bits, base32 without 0, 1, I and O, e.g. `K7QM-2RXN-94TB-VW3H`
 * Errors  throws where the file cannot be opened; mode 0600, for whoever has the seed is this relay
 */
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { plainBytes, toHex, type Bytes } from '#lib/base/bytes.ts'
import { publicKeyOfSeed, signMessage } from '#lib/base/ed25519.ts'
import { idToBytes, type GroupId, type Random, type RelayId } from '#lib/base/ids.ts'
import type { Clock } from '#lib/base/time.ts'

/** A relay's key pair, able to sign. */
export interface RelayKey {
  readonly id: RelayId
  readonly bytes: Bytes
  sign(message: Bytes): Bytes
}

/** The codes that let somebody host a group here. */
export interface HostingCodes {
  /** An unused code; the same one until it is taken. */
  current(): string
  /** A further unused code. */
  make(): string
  /** Takes a code for a group; false where it is unknown or used for another. */
  take(code: string, group: GroupId): boolean
  /** Whether a code was taken for that group, at whatever time. */
  isHosted(group: GroupId): boolean
  /** Gives a code back where hosting failed after all. */
  giveBack(code: string): void
}

export interface Identity {
  readonly key: RelayKey
  readonly codes: HostingCodes
  close(): void
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS identity (seed BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS code (code TEXT PRIMARY KEY, made INTEGER NOT NULL, hosted BLOB) STRICT;
`

/** Opens the relay's identity in its data folder, making one the first time. */
export function openIdentity(dataDir: string, random: Random, clock: Clock): Identity {
  const path = join(dataDir, 'relay.sqlite')
  const database = new DatabaseSync(path)
  chmodSync(path, 0o600)
  database.exec(SCHEMA)
  return {
    key: createRelayKey(seedOf(database, random)),
    codes: createHostingCodes(database, random, clock),
    close: () => database.close(),
  }
}

/** The key pair of a 32-byte seed. */
export function createRelayKey(seed: Bytes): RelayKey {
  const bytes = publicKeyOfSeed(seed)
  return { id: toHex(bytes) as RelayId, bytes, sign: (message) => signMessage(seed, message) }
}

function seedOf(database: DatabaseSync, random: Random): Bytes {
  const known = database.prepare('SELECT seed FROM identity').get()?.seed
  if (known instanceof Uint8Array) return plainBytes(known)
  const seed = random(32)
  database.prepare('INSERT INTO identity VALUES (?)').run(seed)
  return seed
}

function createHostingCodes(database: DatabaseSync, random: Random, clock: Clock): HostingCodes {
  const oldest = database.prepare(
    'SELECT code FROM code WHERE hosted IS NULL ORDER BY made LIMIT 1',
  )
  const insert = database.prepare('INSERT INTO code VALUES (?, ?, NULL)')
  const take = database.prepare('UPDATE code SET hosted = ? WHERE code = ? AND hosted IS NULL')
  const hosted = database.prepare('SELECT 1 FROM code WHERE hosted = ? LIMIT 1')
  const giveBack = database.prepare('UPDATE code SET hosted = NULL WHERE code = ?')
  const make = () => {
    const code = spellCode(random(10))
    insert.run(code, clock())
    return code
  }
  return {
    current: () => {
      const code = oldest.get()?.code
      return typeof code === 'string' ? code : make()
    },
    make,
    take: (code, group) => take.run(idToBytes(group), normalizeCode(code)).changes === 1,
    isHosted: (group) => hosted.get(idToBytes(group)) !== undefined,
    giveBack: (code) => void giveBack.run(normalizeCode(code)),
  }
}

const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'

function spellCode(bytes: Bytes): string {
  let bits = ''
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0')
  const letters = bits.match(/.{5}/g) ?? []
  const spelled = letters.map((five) => ALPHABET[Number.parseInt(five, 2)] ?? '').join('')
  return normalizeCode(spelled)
}

/** Codes are read aloud and typed: case, spaces and dashes do not matter. */
function normalizeCode(code: string): string {
  const letters = code.toUpperCase().replace(/[^0-9A-Z]/g, '')
  return letters.match(/.{1,4}/g)?.join('-') ?? ''
}

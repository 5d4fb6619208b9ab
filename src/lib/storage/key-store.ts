/**
 * A group's secrets (ports/key-store.ts): one row, sealed under an AES-GCM key that the browser keeps and
 * never gives out. A copied profile folder still holds both; a leaked backup of the rows does not.
 *
 * Shape   plaintext = canonical CBOR {device: null or {admitted, box, member, sign}, epochs: {key id hex: bytes}, fork?: {done, from, people: [member], seed}, invitation: bytes or null}
 *         sealed = AES-256-GCM, 12 random bytes as iv, AAD = utf8('mantel/secrets/1\0' ‖ group hex)
 * Errors  StorageProblem `broken` where what is stored does not open
 * Source  docs/design.md §10
 */
import { utf8, type Bytes } from '#lib/base/bytes.ts'
import { encodeCbor, parseCbor, type CborValue } from '#lib/base/cbor.ts'
import { readBool, readBytes, readId, readList } from '#lib/base/fields.ts'
import { idFromBytes, idToBytes, parseId, type GroupId, type Random } from '#lib/base/ids.ts'
import type { ForkRecord, GroupSecrets, KeyStore } from '#lib/ports/key-store.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { maxOps } from '#lib/wire/limits.ts'
import { ownBytes } from './own-bytes.ts'
import type { GroupSchema, SealedSecrets } from './schema.ts'
import type { Database } from './tables.ts'

interface StoredSecrets {
  readonly key: CryptoKey | undefined
  readonly sealed: SealedSecrets | undefined
}

export function createKeyStore(
  database: Database<GroupSchema>,
  group: GroupId,
  random: Random,
): KeyStore {
  const bound = utf8(`mantel/secrets/1\0${group}`)

  async function unsealed({ key, sealed }: StoredSecrets): Promise<GroupSecrets | null> {
    if (sealed === undefined) return null
    const secrets = key === undefined ? null : await open(key, sealed, bound)
    if (secrets === null) throw new StorageProblem('broken')
    return secrets
  }

  const load = async () => unsealed(await read(database))

  /** False where something else than `before` was stored by then. */
  async function replace(before: SealedSecrets | undefined, secrets: GroupSecrets) {
    const key = await ensureKey(database)
    const sealed = await seal(key, secrets, { iv: random(12), additionalData: bound })
    const isReplaced = await database.write('strict', ['secrets'], async (tx) => {
      const now = await tx.get('secrets', 'sealed')
      if (!isSame(now !== undefined && 'iv' in now ? now : undefined, before)) return false
      tx.put('secrets', 'sealed', sealed)
      return true
    })
    // Some browsers have stored keys that came back useless; better to know now than at the next start.
    if (isReplaced && (await load()) === null) throw new StorageProblem('broken')
    return isReplaced
  }

  const change: KeyStore['change'] = async (edit) => {
    for (;;) {
      const before = await read(database)
      const next = edit(await unsealed(before))
      if (await replace(before.sealed, next)) return next
    }
  }

  return {
    load,
    change,
    async save(secrets) {
      await change(() => secrets)
    },
  }
}

/** Sealing draws an iv each time: no two are alike. */
function isSame(a: SealedSecrets | undefined, b: SealedSecrets | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.iv.join() === b.iv.join()
}

function read(database: Database<GroupSchema>): Promise<StoredSecrets> {
  return database.read(['secrets'], async (tx) => {
    const [key, sealed] = await Promise.all([tx.get('secrets', 'key'), tx.get('secrets', 'sealed')])
    return {
      key: key !== undefined && 'algorithm' in key ? key : undefined,
      sealed: sealed !== undefined && 'iv' in sealed ? sealed : undefined,
    }
  })
}

/** The group's sealing key; where two tabs make one at once, the first stored counts. */
async function ensureKey(database: Database<GroupSchema>): Promise<CryptoKey> {
  const { key } = await read(database)
  if (key !== undefined) return key
  const algorithm = { name: 'AES-GCM', length: 256 }
  const fresh = await crypto.subtle.generateKey(algorithm, false, ['encrypt', 'decrypt'])
  return database.write('strict', ['secrets'], async (tx) => {
    const stored = await tx.get('secrets', 'key')
    if (stored !== undefined && 'algorithm' in stored) return stored
    tx.put('secrets', 'key', fresh)
    return fresh
  })
}

async function seal(
  key: CryptoKey,
  secrets: GroupSecrets,
  options: { iv: Bytes; additionalData: Bytes },
): Promise<SealedSecrets> {
  const parameters = { name: 'AES-GCM', ...options }
  const ciphertext = await crypto.subtle.encrypt(parameters, key, encodeSecrets(secrets))
  return { iv: options.iv, ciphertext: new Uint8Array(ciphertext) }
}

async function open(
  key: CryptoKey,
  { iv, ciphertext }: SealedSecrets,
  additionalData: Bytes,
): Promise<GroupSecrets | null> {
  try {
    const plaintext = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv, additionalData },
      key,
      ciphertext,
    )
    return parseSecrets(new Uint8Array(plaintext))
  } catch {
    return null
  }
}

function encodeSecrets({ device, invitationSeed, epochKeys, fork }: GroupSecrets): Bytes {
  return encodeCbor({
    device: device && {
      sign: device.signSeed,
      box: device.boxSecret,
      member: idToBytes(device.member),
      admitted: device.admitted,
    },
    invitation: invitationSeed,
    epochs: Object.fromEntries(epochKeys),
    fork: fork && {
      from: idToBytes(fork.from),
      people: fork.people.map(idToBytes),
      seed: fork.seed,
      done: fork.isDone,
    },
  })
}

function parseSecrets(bytes: Bytes): GroupSecrets | null {
  const fields = mapOf(parseCbor(bytes, { maxValues: Infinity }))
  const epochs = mapOf(fields?.epochs)
  if (fields === null || epochs === null) return null
  const device = parseDevice(fields.device)
  const epochKeys: GroupSecrets['epochKeys'] = new Map(
    Object.entries(epochs).flatMap(([text, value]) => {
      const id = parseId('KeyId', text)
      return id !== null && value instanceof Uint8Array ? [[id, ownBytes(value)] as const] : []
    }),
  )
  if (device === undefined || epochKeys.size !== Object.keys(epochs).length) return null
  const { invitation } = fields
  if (invitation !== null && !(invitation instanceof Uint8Array)) return null
  const secrets = { device, invitationSeed: invitation && ownBytes(invitation), epochKeys }
  if (fields.fork === undefined) return secrets
  const fork = parseFork(fields.fork)
  return fork === null ? null : { ...secrets, fork }
}

function parseFork(value: CborValue): ForkRecord | null {
  const map = mapOf(value)
  const from = readId(map?.from, 'GroupId')
  const people = readList(map?.people, maxOps, (item) => readId(item, 'MemberId'))
  const seed = readBytes(map?.seed, 32)
  const isDone = readBool(map?.done)
  if (from === null || people === null || seed === null || isDone === null) return null
  return { from, people, seed: ownBytes(seed), isDone }
}

/** Undefined where it is malformed. */
function parseDevice(value: CborValue | undefined): GroupSecrets['device'] | undefined {
  if (value === null) return null
  const { sign, box, member, admitted } = mapOf(value) ?? {}
  if (!(sign instanceof Uint8Array && box instanceof Uint8Array && member instanceof Uint8Array))
    return undefined
  if (typeof admitted !== 'boolean') return undefined
  const id = idFromBytes('MemberId', member)
  return id === null
    ? undefined
    : { signSeed: ownBytes(sign), boxSecret: ownBytes(box), member: id, admitted }
}

function mapOf(value: CborValue | undefined): Record<string, CborValue | undefined> | null {
  const isMap =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Uint8Array)
  return isMap ? (value as Record<string, CborValue | undefined>) : null
}

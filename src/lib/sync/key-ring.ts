/**
 * The epoch keys a device holds: opened from lockboxes, and from the wraps inside newer epochs.
 *
 * Errors  boxes and wraps that do not open are passed over: someone else's, or a liar's
 * Source  docs/design.md §5 "Epochs"
 */
import { concatBytes, utf8, type Bytes } from '#lib/base/bytes.ts'
import { idToBytes, platformRandom, type GroupId, type KeyId } from '#lib/base/ids.ts'
import { deriveDocumentKey, deriveKeyId, deriveWrapKey } from '#lib/crypto/derive.ts'
import { openLockbox, wrapEpochKey } from '#lib/crypto/lockbox.ts'
import { seal, unseal } from '#lib/crypto/seal.ts'
import type { MembershipState } from '#lib/membership/evaluate.ts'
import type { EpochState } from '#lib/membership/state.ts'
import type { BoxHolder, EpochOp } from '#lib/membership/operation.ts'
import type { DocId } from '#lib/base/ids.ts'

export interface BoxIdentity {
  readonly holder: BoxHolder
  readonly boxSecret: Bytes
}

export interface KeyRing {
  /**
   * Opens what the membership now offers; true if a key was gained. Of void epochs only those that `isRead` is true
   * of: somebody removed could make any number of them.
   */
  learn(
    state: MembershipState,
    identities: readonly BoxIdentity[],
    isRead: (key: KeyId) => boolean,
  ): Promise<boolean>
  has(key: KeyId): boolean
  /** Whether a box of this key was for us, and did not open: until it was tried, it may. */
  failed(key: KeyId): boolean
  key(key: KeyId): Bytes | null
  documentKey(key: KeyId, doc: DocId): Bytes | null
  all(): ReadonlyMap<KeyId, Bytes>
  /** A fresh epoch for these holders, wrapping every key known here that no known epoch wraps already. */
  createEpoch(
    state: MembershipState,
    holders: ReadonlyMap<BoxHolder, Bytes>,
  ): Promise<Pick<EpochOp, 'key' | 'boxes' | 'previous'>>
  /** Lockboxes of a known key for these holders. */
  boxesFor(
    key: KeyId,
    holders: ReadonlyMap<BoxHolder, Bytes>,
  ): Promise<Map<BoxHolder, Bytes> | null>
}

/** A ring with the keys stored on this device. */
export function createKeyRing(group: GroupId, stored: ReadonlyMap<KeyId, Bytes>): KeyRing {
  const keys = new Map(stored)
  const documentKeys = new Map<string, Bytes>()
  const failures = new Set<KeyId>()

  const boxesOf = async (
    epochKey: Bytes,
    holders: ReadonlyMap<BoxHolder, Bytes>,
  ): Promise<Map<BoxHolder, Bytes>> => {
    const boxes = new Map<BoxHolder, Bytes>()
    for (const [holder, boxPublic] of holders) {
      const box = await wrapEpochKey(group, epochKey, boxPublic)
      if (box !== null) boxes.set(holder, box)
    }
    return boxes
  }

  const openBoxes = async (
    epochs: readonly EpochState[],
    identities: readonly BoxIdentity[],
  ): Promise<boolean> => {
    let gained = false
    for (const epoch of epochs) {
      if (keys.has(epoch.key)) continue
      for (const { holder, boxSecret } of identities) {
        const box = epoch.boxes.get(holder)
        if (box === undefined || keys.has(epoch.key)) continue
        const opened = await openLockbox(group, { keyId: epoch.key, box }, boxSecret)
        if (opened === null) failures.add(epoch.key)
        if (opened === null) continue
        keys.set(epoch.key, opened)
        gained = true
      }
    }
    return gained
  }

  const openWraps = async (epochs: readonly EpochState[]): Promise<boolean> => {
    let gained = false
    for (const epoch of epochs) {
      const newer = keys.get(epoch.key)
      if (newer === undefined) continue
      for (const [older, wrapped] of epoch.previous) {
        if (keys.has(older)) continue
        const opened = await unseal(
          deriveWrapKey(newer),
          wrapped,
          wrapContext(group, epoch.key, older),
        )
        if (opened === null || deriveKeyId(opened) !== older) continue
        keys.set(older, opened)
        gained = true
      }
    }
    return gained
  }

  return {
    async learn(state, identities, isRead) {
      const former = [...state.formerEpochs.values()]
      const read = former.filter(({ key }) => keys.has(key) || isRead(key))
      const epochs = [...state.epochs.values(), ...read]
      let gained = await openBoxes(epochs, identities)
      while (await openWraps(epochs)) gained = true
      return gained
    },
    has: (key) => keys.has(key),
    failed: (key) => failures.has(key) && !keys.has(key),
    key: (key) => keys.get(key) ?? null,
    documentKey(key, doc) {
      const name = key + doc
      const known = documentKeys.get(name)
      if (known !== undefined) return known
      const epochKey = keys.get(key)
      if (epochKey === undefined) return null
      const derived = deriveDocumentKey(epochKey, doc)
      documentKeys.set(name, derived)
      return derived
    },
    all: () => keys,
    async createEpoch(state, holders) {
      const epochKey = platformRandom(32)
      const key = deriveKeyId(epochKey)
      const wrapped = new Set([...state.epochs.values()].flatMap((e) => [...e.previous.keys()]))
      const previous = new Map<KeyId, Bytes>()
      for (const [older, olderKey] of keys)
        if (!wrapped.has(older) && (state.epochs.has(older) || state.formerEpochs.has(older)))
          previous.set(
            older,
            await seal(deriveWrapKey(epochKey), olderKey, wrapContext(group, key, older)),
          )
      keys.set(key, epochKey)
      return { key, boxes: await boxesOf(epochKey, holders), previous }
    },
    async boxesFor(key, holders) {
      const epochKey = keys.get(key)
      return epochKey === undefined ? null : boxesOf(epochKey, holders)
    },
  }
}

function wrapContext(group: GroupId, newer: KeyId, older: KeyId): Bytes {
  return concatBytes(utf8('mantel/wrap/1\0'), idToBytes(group), idToBytes(newer), idToBytes(older))
}

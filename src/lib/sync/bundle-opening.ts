/**
 * Opens the bundle of an entry and checks all that is in it before anything of it is merged.
 *
 * Errors  total: what is wrong with it, or `interrupted` where Automerge's module ended meanwhile
 * Source  docs/design.md §6 "Checks before merging"
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DocId, EntryId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { unseal } from '#lib/crypto/seal.ts'
import { envelopeBytes, type Entry } from '#lib/wire/entry.ts'
import { hasModuleEnded } from './automerge.ts'
import { parseBundle } from './bundle.ts'
import { readChange } from './change-rules.ts'
import { createShape } from './change-shape.ts'
import { isBearable } from './change-size.ts'
import type { DocumentOpening } from './document-opening.ts'
import type { Documents } from './documents.ts'
import type { KeyRing } from './key-ring.ts'
import { interrupted } from './second-tries.ts'

/** An entry whose changes may be merged. */
export interface OpenedBundle {
  readonly id: EntryId
  readonly doc: DocId
  readonly changes: readonly Bytes[]
  readonly hashes: readonly string[]
  /** Changes that these build upon. */
  readonly needs: readonly string[]
}

type OpenBundle = (entry: Entry) => Promise<Result<OpenedBundle, { kind: string }>>

export interface BundleOpeningParts {
  readonly documents: Pick<Documents, 'depthOf'>
  readonly opening: Pick<DocumentOpening, 'open'>
  readonly ring: KeyRing
}

/** Opens bundles with the keys of `ring`; an entry's document is opened on the way. */
export function createBundleOpening({ documents, opening, ring }: BundleOpeningParts): OpenBundle {
  return async (entry) => {
    const { doc, epoch, id } = entry
    const key = doc && epoch ? ring.documentKey(epoch, doc) : null
    if (doc === undefined || key === null) return err({ kind: 'no-key' })
    const plaintext = await unseal(key, entry.body, envelopeBytes(entry))
    const changes = plaintext === null ? null : parseBundle(plaintext)
    if (changes === null) return err({ kind: plaintext === null ? 'does-not-open' : 'malformed' })
    if (!isBearable(changes)) return err({ kind: 'too-much' })
    const hashes: string[] = []
    const needs: string[] = []
    await opening.open(doc)
    const shape = createShape((object) => documents.depthOf(doc, object))
    for (const change of changes) {
      const facts = readChange(change, entry.author, doc, shape)
      if (!facts.ok) return hasModuleEnded() ? err({ kind: interrupted }) : facts
      hashes.push(facts.value.hash)
      needs.push(...facts.value.needs)
    }
    return ok({ id, doc, changes, hashes, needs })
  }
}

/**
 * Changes of documents by this device: drafted on a copy, stored as a sealed entry, then merged.
 *
 * One change at a time per group, so that no two drafts of one actor carry the same number. If anything fails
 * after drafting, the actor is given up: whether its change was stored cannot be known.
 *
 * Errors  `WriteProblem`; StorageProblem passes through
 * Source  docs/design.md §3, §6
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, DocId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import type { Entry } from '#lib/wire/entry.ts'
import { hasModuleEnded } from './automerge.ts'
import { encodeBundle } from './bundle.ts'
import { createActor, readChange } from './change-rules.ts'
import { isBearable } from './change-size.ts'
import type { Documents, Edit } from './documents.ts'
import type { Fold } from './fold.ts'
import type { Along, Author, WriteProblem, Writer } from './writer.ts'

export interface Editor {
  readonly change: (
    doc: DocId,
    edit: Edit,
    along?: Along,
  ) => Promise<Result<Entry | null, WriteProblem>>
  /** Resolves when no change is under way. */
  readonly settled: () => Promise<void>
}

export interface EditorParts {
  readonly documents: Documents
  readonly writer: Writer
  readonly fold: Fold
  readonly author: () => Author | null
}

/** The editor of one group's documents. */
export function createEditor({ documents, writer, fold, author }: EditorParts): Editor {
  const actors = new Map<DocId, { readonly id: string; readonly lastChange: string }>()
  let last: Promise<unknown> = Promise.resolve()

  /** Where the last change of an actor is not in the document, the next would carry its number. */
  const actorFor = (doc: DocId, device: DeviceId): string => {
    const known = actors.get(doc)
    const isSound = known !== undefined && documents.has(doc, known.lastChange)
    return isSound ? known.id : createActor(device, doc)
  }

  /** Of a document of which nothing is here (yet, or while it is rebuilt) only edits that make it can be drafted. */
  const tryDraft = (doc: DocId, actor: string, edit: Edit): Bytes | null | 'not-here' => {
    try {
      return documents.draft(doc, actor, edit)
    } catch (cause) {
      if (hasModuleEnded() || documents.changeCount(doc) === 0) return 'not-here'
      throw cause
    }
  }

  const changeNow = async (
    doc: DocId,
    edit: Edit,
    along: Along,
  ): Promise<Result<Entry | null, WriteProblem>> => {
    const me = author()
    if (me === null) return err({ kind: 'not-allowed' })
    if (hasModuleEnded()) return err({ kind: 'not-ready' })
    await fold.open(doc)
    // A hint may hold what no entry carries: a change on top of it could never be merged by others.
    if (fold.isHint(doc)) return err({ kind: 'not-ready' })
    if (documents.changeCount(doc) === 0 || fold.isRebuilding(doc)) await fold.run()
    const actor = actorFor(doc, me.device)
    const change = tryDraft(doc, actor, edit)
    if (change === 'not-here') return err({ kind: 'not-ready' })
    if (change === null) return ok(null)
    // Others would refuse it for good.
    if (!isBearable([change])) return err({ kind: 'not-allowed' })
    const facts = readChange(change, me.device, doc)
    if (!facts.ok) return err({ kind: 'not-allowed' })
    actors.delete(doc)
    const written = await writer.sealed('bundle', doc, encodeBundle([change]), along)
    if (!written.ok) return written
    await fold.own(written.value, doc, change, facts.value.hash)
    actors.set(doc, { id: actor, lastChange: facts.value.hash })
    return written
  }

  return {
    change(doc, edit, along = {}) {
      const turn = last.then(() => changeNow(doc, edit, along))
      last = turn.catch(() => undefined)
      return turn
    },
    settled: () => last.then(() => undefined),
  }
}

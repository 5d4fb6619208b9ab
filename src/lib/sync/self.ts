/**
 * What this member says of themself: in the group's document, or by talk where they may not write documents.
 *
 * Errors  `WriteProblem`; StorageProblem passes through
 * Source  docs/design.md §6; groups/talk.ts
 */
import type { GroupId } from '#lib/base/ids.ts'
import { createItemId, deriveItemId } from '#lib/base/item-id.ts'
import { err, ok } from '#lib/base/result.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import type { GroupContent } from '#lib/groups/group-document.ts'
import { encodeTalk, wordsAfter, withWords } from '#lib/groups/talk.ts'
import { roleMayWrite } from '#lib/membership/evaluate.ts'
import type { Documents } from './documents.ts'
import type { Editor } from './editor.ts'
import type { GroupLog } from './group-log.ts'
import type { Me, Replica } from './replica.ts'
import type { Talks } from './talks.ts'
import type { Writer } from './writer.ts'

export interface SelfParts {
  readonly group: GroupId
  readonly log: GroupLog
  readonly documents: Documents
  readonly talks: Talks
  readonly editor: Editor
  readonly writer: Writer
  readonly me: () => Me | null
}

/** The voice of this member in one group. */
export function createSelf(
  parts: SelfParts,
): Pick<Replica, 'groupContent' | 'newItemId' | 'sayOfMyself'> {
  const { log, talks, editor, writer } = parts
  const doc = groupDocId(parts.group)
  const groupContent = (): GroupContent => withWords(parts.documents.read(doc), talks.words())

  const mayWriteDocuments = ({ member }: Me): boolean => {
    const role = log.membership.state()?.members.get(member)?.role
    return role !== undefined && roleMayWrite(role, 'bundle')
  }

  return {
    groupContent,
    newItemId(doc, continued) {
      const device = parts.me()?.device
      if (device === undefined) throw new Error('only members add items')
      const maker = { device, doc }
      return continued === undefined ? createItemId(maker) : deriveItemId(maker, continued)
    },
    async sayOfMyself(edit) {
      const me = parts.me()
      if (me === null) return err({ kind: 'not-allowed' })
      if (mayWriteDocuments(me) && !talks.words().has(me.member)) return editor.change(doc, edit)
      const fields = wordsAfter(groupContent(), me.member, edit)
      if (fields === null) return ok(null)
      return writer.sealed('talk', doc, encodeTalk({ type: 'self', fields }))
    },
  }
}

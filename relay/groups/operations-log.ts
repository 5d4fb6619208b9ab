/** A group's operations in memory: read from its feed on loading, grown by admission. */
import { plainBytes } from '#lib/base/bytes.ts'
import type { GroupId } from '#lib/base/ids.ts'
import { createMembershipLog } from '#lib/membership/evaluate.ts'
import { operationOfEntry, type SignedOperation } from '#lib/membership/operation.ts'
import { parseEntry } from '#lib/wire/entry.ts'
import { maxOps } from '#lib/wire/limits.ts'
import type { Operations } from '#relay/feed/admission.ts'
import type { FeedStore } from '#relay/feed/feed-store.ts'

const PAGE_BYTES = 4 * 1024 * 1024

/** The operations stored in a feed; they were checked when they came. */
export function loadOperations(group: GroupId, store: FeedStore): Operations {
  const log = createMembershipLog(group)
  const stored = [...storedOperations(store)]
  let count = stored.length
  log.add(stored)
  const add = (signed: SignedOperation) => {
    log.add([signed])
    count++
  }
  return { group, log, count: () => count, add }
}

function* storedOperations(store: FeedStore): Generator<SignedOperation> {
  let after = 0
  for (let more = true; more;) {
    const page = store.select({ kinds: ['op'], after, limit: maxOps, newest: false }, PAGE_BYTES)
    for (const bytes of page.entries) {
      const entry = parseEntry(plainBytes(bytes))
      const signed = entry && operationOfEntry(entry)
      if (signed !== null) yield signed
    }
    after = page.to
    more = page.more
  }
}

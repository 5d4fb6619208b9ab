/**
 * How many relays hold which blobs, by their own word of this moment.
 *
 * Errors  null where no relay answers in time; one that is silent counts as holding nothing
 */
import type { BlobId } from '#lib/base/ids.ts'
import { maxMissingIds } from '#lib/wire/limits.ts'
import type { BlobClient } from './blob-client.ts'

const patienceMs = 8000

/** Asks all of them at once. */
export async function countHolders(
  clients: readonly Pick<BlobClient, 'missing'>[],
  ids: readonly BlobId[],
): Promise<ReadonlyMap<BlobId, number> | null> {
  const answers = await Promise.all(clients.map((client) => lackingAt(client, ids)))
  const heard = answers.filter((lacking) => lacking !== null)
  if (heard.length === 0) return null
  return new Map(ids.map((id) => [id, heard.filter((lacking) => !lacking.has(id)).length]))
}

async function lackingAt(
  client: Pick<BlobClient, 'missing'>,
  ids: readonly BlobId[],
): Promise<ReadonlySet<BlobId> | null> {
  const lacking = new Set<BlobId>()
  for (let from = 0; from < ids.length; from += maxMissingIds) {
    const some = ids.slice(from, from + maxMissingIds)
    const answer = await client.missing(some, AbortSignal.timeout(patienceMs))
    if (!answer.ok) return null
    for (const id of answer.value) lacking.add(id)
  }
  return lacking
}

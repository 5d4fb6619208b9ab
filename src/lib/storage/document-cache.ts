/** The Repo's cached folds (ports/document-cache.ts); relaxed, because losing them loses nothing. */
import type { DocumentCache } from '#lib/ports/document-cache.ts'
import { ownBytes } from './own-bytes.ts'
import type { GroupSchema } from './schema.ts'
import type { Database } from './tables.ts'

export function createDocumentCache(database: Database<GroupSchema>): DocumentCache {
  return {
    load: (key) => database.read(['documents'], (tx) => tx.get('documents', key)),
    save: (key, bytes) =>
      database.write('relaxed', ['documents'], (tx) => tx.put('documents', key, ownBytes(bytes))),
    remove: (key) => database.write('relaxed', ['documents'], (tx) => tx.remove('documents', key)),
    loadRange: (prefix) =>
      database.read(['documents'], async (tx) => {
        const rows = await tx.range('documents', { prefix })
        return rows.map(({ key, value }) => ({ key: [...key], data: value }))
      }),
    removeRange: (prefix) =>
      database.write('relaxed', ['documents'], (tx) => tx.removeRange('documents', { prefix })),
  }
}

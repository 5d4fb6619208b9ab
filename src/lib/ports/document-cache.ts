/**
 * Where the Repo keeps its cached folds. The shape of automerge-repo's storage adapter, so that the
 * store does not need to know Automerge. Losing all of it loses nothing.
 *
 * Errors  StorageProblem
 * Source  automerge-repo StorageAdapterInterface
 */
export type CacheKey = string[]
export interface CacheChunk {
  key: CacheKey
  data: Uint8Array | undefined
}
export interface DocumentCache {
  load(key: CacheKey): Promise<Uint8Array | undefined>
  save(key: CacheKey, data: Uint8Array): Promise<void>
  remove(key: CacheKey): Promise<void>
  loadRange(prefix: CacheKey): Promise<CacheChunk[]>
  removeRange(prefix: CacheKey): Promise<void>
}

/** Limits of the protocol, in bytes unless the name says otherwise (docs/design.md §7, §8). */
export const maxFrameBytes = 1024 * 1024
/** Values of the envelope around a frame: four fields, or the greeting with what automerge-repo says of a peer. */
export const maxEnvelopeValues = 64
/** An entry leaves room in its frame for the envelope around it. */
export const maxEntryBytes = maxFrameBytes - 1024
export const maxOpBytes = 64 * 1024
export const maxAfterIds = 32
export const maxParentIds = 32
export const maxOps = 2000
/** Blobs up to this size go up by one PUT, larger ones by tus. */
export const maxPutBytes = 16 * 1024 * 1024
export const tusChunkBytes = 8 * 1024 * 1024
export const maxBlobBytes = 16 * 1024 * 1024 * 1024
export const maxBatchBlobs = 256
export const maxHaveAuthors = 4096
export const maxMissingIds = 2000
export const tokenLifetimeMs = 60 * 60 * 1000
/** Entries that one `select` may ask for. */
export const maxSelectedEntries = 1000
/** UTF-16 units of the sentence in a refusal. */
export const maxSayLength = 1000

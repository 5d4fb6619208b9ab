/**
 * Which items are one and the same: copies, which say the same in all that is written once.
 *
 * That two name one content is not enough. Nobody compares it with the file, and the author that a core names is what
 * its writer says: an item of Sam's with the content hash of Ana's photo, her name and a low id would stand for hers,
 * show whatever he likes, and take hers into the bin with it. A copy of her core shows what hers shows.
 *
 * Source  docs/design.md §6
 */
import { toHex } from '#lib/base/bytes.ts'
import { sha256 } from '#lib/base/sha256.ts'
import { encodeItemCore, type ItemCore } from './item-core.ts'

export type IsAlike = (one: ItemCore, other: ItemCore) => boolean

/** Remembers what it has compared, as long as the cores are there: few items are alike, and these are asked about often. */
export function createLikeness(): IsAlike {
  const digests = new WeakMap<ItemCore, string>()
  const digestOf = (core: ItemCore): string => {
    const known = digests.get(core) ?? toHex(sha256(encodeItemCore(core)))
    digests.set(core, known)
    return known
  }
  return (one, other) =>
    one === other || (one.content === other.content && digestOf(one) === digestOf(other))
}

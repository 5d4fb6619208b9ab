/** Photos that this person holds dear. Kept on this device only: nobody else learns of it. */
import type { ItemId } from '#lib/base/ids.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'

type WithNotes = Pick<GroupStore, 'notes'>

/** The favourites of a group. */
export async function favouritesIn({ notes }: WithNotes): Promise<ReadonlySet<string>> {
  return asSet(await notes.read('favourites'))
}

/** Makes photos favourites, or no favourites any more. */
export async function changeFavourites(
  { notes }: WithNotes,
  items: readonly ItemId[],
  isDear: boolean,
): Promise<void> {
  await notes.change('favourites', (old) => {
    const all = new Set(asSet(old))
    for (const item of items)
      if (isDear) all.add(item)
      else all.delete(item)
    return all
  })
}

function asSet(stored: unknown): ReadonlySet<string> {
  if (!(stored instanceof Set)) return new Set()
  return new Set([...(stored as Set<unknown>)].filter((item) => typeof item === 'string'))
}

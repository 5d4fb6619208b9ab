/** Which album photos go to when nobody has said: the one used last, else the only one. */
import { mayChangeIn, type AlbumPlace } from '#lib/ui/shared/app.svelte.ts'
import type { GroupCard } from '#lib/engine/api.ts'
import type { DocId, GroupId } from '#lib/base/ids.ts'
import { recall, remember } from '#lib/ui/shared/memory.ts'

/** Albums that this person may add to. */
export function albumsToAddTo(groups: readonly GroupCard[]): readonly AlbumPlace[] {
  return groups
    .filter(mayChangeIn)
    .flatMap((group) => group.albums.map((album) => ({ group, album })))
}

/** The album used last where it still takes photos. */
export function lastAlbum(places: readonly AlbumPlace[]): AlbumPlace | null {
  const key = recall('last-album')
  return places.find((place) => placeKey(place.group.id, place.album.id) === key) ?? null
}

export function rememberAlbum(group: GroupId, album: DocId): void {
  remember('last-album', placeKey(group, album))
}

export function placeKey(group: string, album: string): string {
  return `${group}/${album}`
}

/** Which albums a group has, by its document. */
import type { AlbumList } from '#lib/albums/group-view.ts'
import { albumBin, listedAlbums } from '#lib/groups/group-document.ts'
import type { Replica } from '#lib/sync/replica.ts'

/** The albums that the group's document lists, and those of them in the bin. */
export function albumsOf(replica: Replica): AlbumList {
  const content = replica.groupContent()
  const listed = listedAlbums(content)
  return { listed, binned: new Set(listed.filter((album) => albumBin(content, album) !== null)) }
}

/** Albums and the bin over the made-up library. */
import { ok } from '#lib/base/result.ts'
import type { AlbumApi, BinnedPhoto } from '#lib/engine/album-api.ts'
import { demoAlbum, demoBlob, demoItem, type DemoPhoto, type DemoScenario } from './demo-library.ts'
import { hashScene, sceneSize } from './scene.ts'

const done = () => Promise.resolve(ok(null))

/** Everything works; the bin holds some photos and an album. */
export function createDemoAlbums(photos: readonly DemoPhoto[], scenario: DemoScenario): AlbumApi {
  return {
    createAlbum: () => Promise.resolve(ok({ album: demoAlbum(0) })),
    renameAlbum: done,
    setAlbumCover: done,
    setAlbumOrder: done,
    placeInAlbum: done,
    moveToAlbum: () => Promise.resolve(ok({ from: [] })),
    moveBack: () => Promise.resolve(ok(null)),
    copyToAlbum: () => Promise.resolve(ok({ copies: [] })),
    setAlbumBinned: done,
    setBinned: done,
    setFavourite: done,
    bin: () =>
      Promise.resolve(
        scenario.photos === 0
          ? { photos: [], albums: [] }
          : {
              photos: Array.from({ length: 13 }, (_, n) => binnedPhoto(photos, 3 * n + 5)),
              albums: [
                {
                  ...{ album: demoAlbum(9), title: 'Christmas, blurred', count: 23 },
                  ...{ cover: demoBlob(30, 400), byName: 'Luis', daysLeft: 12, mayEmpty: true },
                },
              ],
            },
      ),
    emptyBin: () => Promise.resolve(ok({ deleted: 9, left: 5 })),
  }
}

function binnedPhoto(photos: readonly DemoPhoto[], slot: number): BinnedPhoto {
  const seed = photos[slot]?.seed ?? 0
  return {
    item: demoItem(slot),
    ...{ albumTitle: 'Summer at the lake', kind: 'photo', name: `IMG_${4000 + slot}.jpg` },
    ...{ authorName: slot % 2 === 0 ? 'Ana' : 'Luis', byName: 'Ana' },
    takenMs: photos[slot]?.takenMs ?? 0,
    ...{ thumbhash: hashScene(seed), ...sceneSize(seed) },
    ...{ thumbnail: demoBlob(slot, 400), preview: demoBlob(slot, 1600) },
    daysLeft: 30 - (slot % 28),
    mayEmpty: slot % 3 !== 0,
  }
}

/** Ana, who looks after a family, and Sam: what both do with photos, albums and the bin, and what they see then. */
import { expect } from 'vitest'
import type { DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import { dayMs } from '#lib/base/time.ts'
import type { Bin } from '#lib/engine/album-api.ts'
import { createLibrary } from '#lib/engine/create-library.ts'
import type { Tile } from '#lib/engine/library.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { eventually, simulatedPhoto, type SimulatedDevice } from './simulated-device.ts'
import { cardIn, createSignal, startFamily, type Signal } from './simulated-group.ts'
import { startRelay, type RunningRelay } from './start-relay.ts'

export interface BinFamily {
  readonly group: GroupId
  readonly album: DocId
  readonly ana: SimulatedDevice
  readonly sam: SimulatedDevice
  /** Of Ana's phone. */
  readonly signal: Signal
  readonly relay: RunningRelay
}

/** What goes wrong with Ana's phone. */
interface Mishaps {
  /** Of its clock. */
  aheadDays: number
  /** Whether originals find no way out. */
  areOriginalsHeld: boolean
}

/** A stage for one test after another: `start` before each, `end` after it. */
export function createBinStage() {
  const mishaps: Mishaps = { aheadDays: 0, areOriginalsHeld: false }
  let family: BinFamily | null = null

  const start = async (): Promise<BinFamily> => {
    Object.assign(mishaps, { aheadDays: 0, areOriginalsHeld: false })
    const relay = await startRelay({ MANTEL_HOSTING: 'open' })
    const signal = createSignal()
    const { group, album, ana, join } = await startFamily(relay, {
      openLink: signal.openLink,
      clock: () => Date.now() + mishaps.aheadDays * dayMs,
      fetch: (input, init) =>
        mishaps.areOriginalsHeld && isOriginal(init)
          ? Promise.reject(new TypeError('no signal'))
          : fetch(input, init),
    })
    family = { relay, signal, group, album, ana, sam: await join('Sam') }
    return family
  }
  const here = (): BinFamily => family ?? expect.fail('the stage has not started')
  return {
    ...{ start, mishaps },
    async end(): Promise<void> {
      const { ana, sam, relay } = here()
      await ana.close()
      await sam.close()
      await relay.dispose()
    },
    ...createActs(here),
    ...createSights(here),
  }
}

function createActs(here: () => BinFamily) {
  const allSent = async (device: SimulatedDevice): Promise<void> => {
    await eventually('all is sent', async () => {
      const { safety } = await device.engine.overview()
      return safety.waiting === 0 && safety.importing === null
    })
  }
  return {
    allSent,
    async add(device: SimulatedDevice, ...names: string[]): Promise<void> {
      const { group, album } = here()
      const files = names.map((name) => ({ file: simulatedPhoto(name) }))
      await device.engine.addPhotos({ group, album, files })
    },
    async newAlbum(device: SimulatedDevice, title: string): Promise<DocId> {
      const made = await device.engine.createAlbum({ group: here().group, title })
      if (!made.ok) throw new Error(made.error.kind)
      return made.value.album
    },
    /** Both phones without signal, each does its part, and then they hear of each other. */
    async atTheSameTime(act: () => Promise<unknown>): Promise<void> {
      const { ana, sam, relay } = here()
      await allSent(ana)
      await allSent(sam)
      await relay.kill()
      await act()
      await relay.restart()
      ana.engine.signalIsBack()
      sam.engine.signalIsBack()
      await allSent(ana)
      await allSent(sam)
    },
  }
}

function createSights(here: () => BinFamily) {
  const tilesOn = async (device: SimulatedDevice, album?: DocId): Promise<Tile[]> => {
    const devices = createDeviceStore(device.disk.mount())
    const library = createLibrary(devices, { isOffline: () => false })
    const wanted = album === undefined ? {} : { album }
    const shown = await library.timeline({ groups: [here().group], ...wanted })
    return (await library.tiles(shown, 0, shown.count)).filter((tile) => tile !== null)
  }
  const binOn = async (device: SimulatedDevice): Promise<Bin> =>
    (await device.engine.bin(here().group)) ?? expect.fail('the group is not here')
  return {
    tilesOn,
    binOn,
    shows: (device: SimulatedDevice, count: number, album?: DocId): Promise<Tile[]> =>
      eventually(`${count} photos show`, async () => {
        const tiles = await tilesOn(device, album)
        return tiles.length === count && tiles
      }),
    binHolds: (device: SimulatedDevice, photos: number): Promise<Bin> =>
      eventually(`${photos} photos are in the bin`, async () => {
        const bin = await binOn(device)
        return bin.photos.length === photos && bin
      }),
    async albumsOn(device: SimulatedDevice): Promise<Record<string, number>> {
      const card = await cardIn(device, here().group)
      return Object.fromEntries((card?.albums ?? []).map(({ title, count }) => [title, count]))
    },
  }
}

/** Whether it sends more than the pictures that are made of a photo (simulated-device.ts). */
function isOriginal(init: RequestInit | undefined): boolean {
  return init?.method === 'PUT' && init.body instanceof Blob && init.body.size > 800
}

export function itemOf(tiles: readonly Tile[], at = 0): ItemId {
  return tiles[at]?.item ?? expect.fail('no such photo')
}

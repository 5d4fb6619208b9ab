/**
 * The app's client over a made-up library, in place of `#lib/engine/client.ts`, to look at every screen
 * without an engine. The scenario is read from `localStorage.demo`.
 */
import { err, ok } from '#lib/base/result.ts'
import type { EngineApi, EngineEvent, GroupCard, ItemDetails, Overview } from '#lib/engine/api.ts'
import type { Client } from '#lib/engine/client-types.ts'
import {
  demoAlbum,
  demoBlob,
  demoFilm,
  demoGroup,
  demoInvitation,
  demoItem,
  makeLibrary,
  makeOverview,
  makePhotos,
  type DemoPhoto,
  type DemoScenario,
} from './demo-library.ts'
import { createDemoAlbums } from './demo-albums.ts'
import { createDemoArchive } from './demo-archive.ts'
import { createDemoDevices } from './demo-devices.ts'
import { createDemoForks } from './demo-forks.ts'
import { createDemoMembers } from './demo-members.ts'
import { createDemoTalk } from './demo-talk.ts'
import { drawScene, sceneSize } from './scene.ts'

const adding = { done: 12, total: 300, doneBytes: 1.2e8, totalBytes: 3.4e9, isPaused: false }

const scenarios: Readonly<Record<string, DemoScenario>> = {
  new: { standing: 'joined', groupNames: [], photos: 0, safety: {} },
  empty: { standing: 'joined', groupNames: ['Family'], photos: 0, safety: {} },
  looking: {
    ...{ standing: 'joined', groupNames: ['Family'], photos: 0, safety: {} },
    onlyLooking: [0],
  },
  'looking-too': {
    ...{ standing: 'joined', groupNames: ['Family', 'Cat Club'], photos: 60, safety: {} },
    onlyLooking: [1],
  },
  family: { standing: 'joined', groupNames: ['Family', 'Cat Club'], photos: 420, safety: {} },
  'one-device': {
    standing: 'joined',
    groupNames: ['Family'],
    photos: 60,
    safety: {},
    devices: 'one',
  },
  'device-in': {
    standing: 'joined',
    groupNames: ['Family'],
    photos: 60,
    safety: {},
    linkState: 'used',
  },
  'device-late': {
    standing: 'joined',
    groupNames: ['Family'],
    photos: 60,
    safety: {},
    linkState: 'closed',
  },
  offline: {
    linkState: 'sending',
    unsentPhotos: 34,
    standing: 'joined',
    groupNames: ['Family'],
    photos: 60,
    safety: { offline: true, waiting: 34 },
  },
  sending: {
    standing: 'joined',
    groupNames: ['Family'],
    photos: 60,
    safety: { waiting: 27, sending: { doneBytes: 9e6, totalBytes: 84e6 } },
  },
  full: {
    standing: 'joined',
    groupNames: ['Family'],
    photos: 60,
    safety: { waiting: 3, trouble: 'storage-full', importing: adding },
  },
  adding: {
    ...{ standing: 'joined', groupNames: ['Family'], photos: 60 },
    safety: { waiting: 288, importing: adding },
  },
  paused: {
    ...{ standing: 'joined', groupNames: ['Family'], photos: 60 },
    safety: { waiting: 288, importing: { ...adding, isPaused: true } },
  },
  fetching: {
    ...{ standing: 'joined', groupNames: ['Family', 'Cat Club'], photos: 60 },
    safety: { fetching: { doneBytes: 9e8, totalBytes: 2.9e9 } },
  },
  visiting: { standing: 'visiting', groupNames: ['Family'], photos: 90, safety: {} },
  coming: {
    ...{ standing: 'visiting', groupNames: ['Family'], photos: 0, safety: {} },
    isComing: true,
  },
  asking: {
    ...{ standing: 'joined', groupNames: ['Family'], photos: 60, safety: {} },
    asks: ['agreement', 'second-admin'],
  },
  refused: {
    ...{ standing: 'joined', groupNames: ['Family'], photos: 60, safety: {} },
    asks: ['refused'],
  },
  'fork-offered': {
    ...{ standing: 'joined', groupNames: ['Family'], photos: 60, safety: {} },
    fork: 'offered',
  },
  'fork-made': {
    ...{ standing: 'joined', groupNames: ['Family', 'Family at the lake'], photos: 420 },
    ...{ safety: { waiting: 248, sending: { doneBytes: 2e8, totalBytes: 612e6 } }, fork: 'made' },
  },
  removed: { standing: 'removed', groupNames: ['Family'], photos: 60, safety: {} },
  troubled: {
    ...{ standing: 'joined', groupNames: ['Family'], photos: 60, safety: {} },
    ...{ troubled: true, unsentPhotos: 3 },
  },
  alone: { standing: 'joined', groupNames: ['Family'], photos: 60, safety: {}, isAlone: true },
  unread: {
    ...{ standing: 'joined', groupNames: ['Family'], photos: 60, safety: {} },
    isUnread: true,
  },
  huge: { standing: 'joined', groupNames: ['Family'], photos: 100_000, safety: {} },
}

/** The client that the demo's root layout finds. */
export function createClient(): Client {
  const scenario = scenarios[localStorage.getItem('demo') ?? 'family'] ?? scenarios.family
  if (scenario === undefined) throw new Error('no scenario')
  const demo = createDemo(scenario)
  return {
    engine: demo.engine,
    library: makeLibrary(demo.overview, () => demo.photos, scenario.isUnread),
    painted: Promise.resolve(),
    serviceWorker: {
      updateReady: (callback) => {
        if (localStorage.getItem('demo-update') !== null) setTimeout(callback)
      },
      update: () => location.reload(),
      controlled: () => false,
      keepApp: () => undefined,
    },
    // A film is never fetched to its end.
    objectUrl: (_, blob) =>
      blob === demoBlob(demoFilm, 2400) ? new Promise(() => undefined) : drawUrl(demo.photos, blob),
    closerUrl: (_, blob) => drawUrl(demo.photos, blob),
    keepStorage: () => Promise.resolve(false),
    saving: () =>
      Promise.resolve({
        openFileSaving: () => Promise.resolve({ write: quietly, close: quietly, abort: quietly }),
        saveOriginal: () => Promise.resolve('saved'),
      }),
  }
}

const quietly = () => Promise.resolve()

async function drawUrl(photos: readonly DemoPhoto[], blob: string): Promise<string> {
  const picture = await drawBlob(photos, blob)
  return URL.createObjectURL(picture)
}

const drawn = new Map<string, Promise<Blob>>()

/** Drawn once per scene and size: drawing is the demo's work, not the app's. */
function drawBlob(photos: readonly DemoPhoto[], blob: string): Promise<Blob> {
  const slot = Number.parseInt(blob.slice(0, 32), 16)
  const size = Number.parseInt(blob.slice(32), 16)
  const seed = photos[slot]?.seed ?? 0
  const key = `${seed} ${size}`
  const known = drawn.get(key)
  if (known !== undefined) return known
  const drawing = drawScene(seed, size).convertToBlob({ type: 'image/jpeg', quality: 0.85 })
  drawn.set(key, drawing)
  return drawing
}

function createDemo(scenario: DemoScenario) {
  const photos = makePhotos(scenario)
  let current = scenario
  const listeners: ((event: EngineEvent) => void)[] = []
  const overview = () => makeOverview(current, photos)
  const tell = () => listeners.forEach((listener) => listener({ kind: 'overview' }))
  const engine: EngineApi = {
    ...createDemoMembers(() => firstGroup(overview()), scenario),
    ...createDemoForks(() => overview().groups, scenario),
    ...createDemoDevices(() => overview().groups, scenario),
    ...createDemoTalk(tell),
    overview: () => Promise.resolve(overview()),
    startGroup: (input) =>
      Promise.resolve(
        input.hostingCode === null
          ? err({ kind: 'hosting-refused' })
          : ok({ group: demoGroup(0), album: demoAlbum(0) }),
      ),
    openInvitation: (link) =>
      Promise.resolve(
        link.includes('used') ? err({ kind: 'not-valid-any-more' }) : ok({ group: demoGroup(0) }),
      ),
    joinGroup: ({ group }) => {
      current = { ...current, standing: 'joined' }
      tell()
      return Promise.resolve(ok({ group }))
    },
    endVisit: () => Promise.resolve(),
    ...createDemoAlbums(photos, scenario),
    ...createDemoArchive(photos),
    addPhotos: ({ files }) => Promise.resolve(ok({ taken: files.length, problem: null })),
    cancelImport: () => Promise.resolve({ shots: 0 }),
    setImportPaused: () => Promise.resolve(),
    setCaption: () => Promise.resolve(ok(null)),
    setTaken: () => Promise.resolve(ok(null)),
    setPlace: () => Promise.resolve(ok(null)),
    copyItems: ({ items }) =>
      Promise.resolve(ok({ copied: items.length, duplicates: 0, missing: 0 })),
    invite: ({ uses }) =>
      Promise.resolve(
        ok({
          id: demoInvitation,
          link: 'https://photos.rivera.example/join#1.kq3nZ8u1vXc0Y2m4Tg7bWJr5Fh9LsPdE6oRiAyKxN2Q.Vb8yQw3eRt5uIo7pAs9dFg1hJk3lZx5cVb7nMq9wErt',
          expiresMs: Date.UTC(2026, 10, 29),
          uses,
        }),
      ),
    details: ({ item }) => Promise.resolve(makeDetails(photos, Number.parseInt(item, 16) - 1)),
    mediaFacts: () => Promise.resolve({ size: 4_000_000, mime: 'image/jpeg' }),
    openMedia: ({ blob }) => drawBlob(photos, blob),
    fetchBlob: () => Promise.resolve(true),
    openPart: () => Promise.resolve(null),
    keepWatched: () => Promise.resolve(),
    storage: () =>
      Promise.resolve({
        usedBytes: 3.42e9,
        quotaBytes: 41e9,
        persisted: false,
        groups: overview().groups.map(({ id, name }, i) => ({
          id,
          name,
          photos: 400 - 280 * i,
          blobBytes: 3.4e8 / (i + 1),
          keeping: i === 0 ? 'previews' : 'originals',
          wouldTake: { thumbnails: 4.1e6, previews: 3.1e8, originals: i === 0 ? 2.9e9 : 5.6e10 },
        })),
      }),
    setKeeping: () => Promise.resolve(ok(null)),
    diagnostics: () => Promise.resolve({ quarantined: [], withheld: [] }),
    setVisible: () => Promise.resolve(),
    subscribe: (listener) => Promise.resolve(void listeners.push(listener)),
  }
  return { engine, overview, photos }
}

function firstGroup({ groups }: Overview): GroupCard {
  const [group] = groups
  if (group === undefined) throw new Error('no group')
  return group
}

function makeDetails(photos: readonly DemoPhoto[], slot: number): ItemDetails | null {
  const photo = photos[slot]
  if (photo === undefined) return null
  return {
    group: demoGroup(photo.group),
    groupName: 'Family',
    album: demoAlbum(photo.album),
    albumTitle: 'Summer at the lake',
    item: demoItem(slot),
    name: `IMG_${4000 + slot}.jpg`,
    author: 'Luis',
    takenMs: photo.takenMs,
    offsetMinutes: 60,
    place: { latitudeE7: 432_617_230, longitudeE7: -29_253_110 },
    camera: 'Google Pixel 8',
    caption: slot % 5 === 1 ? 'Just before the rain.' : '',
    from: slot % 5 === 2 ? { group: 'Cat Club', by: 'Sam' } : null,
    ...sceneSize(photo.seed),
    bytes: 3_412_000,
    mime: 'image/jpeg',
    copies: { places: 3, onThisDevice: true, checkedMs: Date.UTC(2026, 10, 20, 9) },
  }
}

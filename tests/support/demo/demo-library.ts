/** A made-up library for screenshots: groups, albums and photos that stand still. */
import { dayMs } from '#lib/base/time.ts'
import {
  parseId,
  type BlobId,
  type DocId,
  type GroupId,
  type ItemId,
  type MemberId,
} from '#lib/base/ids.ts'
import type { GroupCard, Overview, Safety } from '#lib/engine/api.ts'
import type { Library, Tile, Timeline, TimelineFilter } from '#lib/engine/library.ts'
import type { DemoDevicesScenario } from './demo-devices.ts'
import type { DemoForksScenario } from './demo-forks.ts'
import type { DemoMembersScenario } from './demo-members.ts'
import { foldText, holdsWord, monthText, searchWords } from '#lib/engine/search-words.ts'
import { hashScene, numbersFrom, sceneSize } from './scene.ts'

export interface DemoScenario extends DemoMembersScenario, DemoDevicesScenario, DemoForksScenario {
  readonly standing: 'joined' | 'visiting' | 'removed'
  /** Nothing on this device can be read. */
  readonly isUnread?: boolean
  readonly asks?: GroupCard['asks']
  readonly groupNames: readonly string[]
  readonly photos: number
  readonly safety: Partial<Safety>
  /** Which of the groups the person may only look at. */
  readonly onlyLooking?: readonly number[]
  /** What the place has is still being read. */
  readonly isComing?: boolean
}

export interface DemoPhoto {
  readonly seed: number
  readonly group: number
  readonly album: number
  readonly takenMs: number
}

const sceneCount = 48
const newestMs = Date.UTC(2026, 10, 21, 17, 40)
const people = ['Ana', 'Luis', 'Marta', 'Sam', 'Inés']
const albumTitles = ['Summer at the lake', 'The new kitchen', 'Photos', 'Grandpa turns 80']
const captions = ['', 'Just before the rain.', '', '', 'Luis found the old boat again']

const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0')
function id<T>(value: T | null): T {
  if (value === null) throw new Error('not an id')
  return value
}
export const demoGroup = (i: number): GroupId => id(parseId('GroupId', hex(0xa0 + i, 64)))
export const demoAlbum = (i: number): DocId => id(parseId('DocId', hex(0xb0 + i, 32)))
export const demoBlob = (photo: number, size: number): BlobId =>
  id(parseId('BlobId', hex(photo, 32) + hex(size, 32)))
export const demoMember = (i: number): MemberId => id(parseId('MemberId', hex(0xc0 + i, 32)))
export const demoInvitation = id(parseId('EntryId', hex(0xd0, 64)))
export const demoItem = (i: number): ItemId => id(parseId('ItemId', hex(i + 1, 32)))

/** Photos in bursts, some days with many and some with one; newest first. */
export function makePhotos(scenario: DemoScenario): DemoPhoto[] {
  const random = numbersFrom(42)
  let takenMs = newestMs
  let left = 0
  return Array.from({ length: scenario.photos }, (_, i) => {
    if (left === 0) {
      takenMs -= Math.floor(1 + random() * random() * 9) * dayMs
      left = random() < 0.4 ? 1 : Math.floor(2 + random() * 14)
    }
    left -= 1
    takenMs -= Math.floor(random() * 900_000)
    return {
      seed: i % sceneCount,
      group: Math.floor(random() * random() * scenario.groupNames.length),
      album: Math.floor(random() * albumTitles.length),
      takenMs,
    }
  })
}

export function makeOverview(scenario: DemoScenario, photos: readonly DemoPhoto[]): Overview {
  const groups = scenario.groupNames.map((name, i) => makeGroup(name, i, scenario, photos))
  const safety: Safety = {
    waiting: 0,
    offline: false,
    importing: null,
    sending: null,
    fetching: null,
    places: photos.length > 0 ? 2 : null,
    trouble: null,
    ...scenario.safety,
  }
  return { groups, safety }
}

function makeGroup(
  name: string,
  index: number,
  scenario: DemoScenario,
  photos: readonly DemoPhoto[],
): GroupCard {
  const members = people.slice(0, scenario.isAlone ? 1 : 5 - index).map((person, i) => ({
    id: demoMember(i),
    name: person,
    role: i === 0 ? ('owner' as const) : i === 1 ? ('admin' as const) : ('contributor' as const),
  }))
  const albums = albumTitles.slice(0, photos.length === 0 ? 1 : 4 - index).map((title, i) => {
    const own = photos.flatMap((p, at) => (p.group === index && p.album === i ? [at] : []))
    const cover = own[0]
    return {
      id: demoAlbum(i),
      title: photos.length === 0 ? 'Photos' : title,
      count: own.length,
      cover: cover === undefined ? null : demoBlob(cover, 400),
      coverItem: null,
      order: 'newest' as const,
      newestMs: cover === undefined ? 0 : (photos[cover]?.takenMs ?? 0),
    }
  })
  const place = (host: string, state: 'connected' | 'unreachable') => ({
    name: host,
    address: `https://${host}`,
    state,
    lastSeenMs: newestMs - dayMs,
    catchingUp: scenario.isComing === true,
  })
  return {
    id: demoGroup(index),
    name,
    continuedIn: (index === 0 && scenario.fork === 'made' && demoGroup(1)) || null,
    standing: scenario.standing,
    me: scenario.standing === 'visiting' ? null : demoMember(0),
    role:
      scenario.standing !== 'joined' || scenario.onlyLooking?.includes(index) === true
        ? 'viewer'
        : 'owner',
    members,
    albums,
    inBin: photos.length === 0 ? 0 : 7,
    doubled: index === 1 ? [demoMember(3)] : [],
    places: [
      place('photos.rivera.example', 'connected'),
      { ...place('attic.example', 'unreachable'), wentBackMs: newestMs, lacks: index === 1 },
    ],
    asks: index === 0 ? (scenario.asks ?? []) : [],
    agreement:
      index === 1 || scenario.asks?.includes('agreement') === true
        ? 'Ask before you show a picture to somebody outside the club.'
        : '',
  }
}

/** Reads the made-up photos as the real library reads the index. */
export function makeLibrary(
  overview: () => Overview,
  photos: () => readonly DemoPhoto[],
  isUnread = false,
): Library {
  return {
    overview: () =>
      isUnread ? Promise.reject(new Error('no answer')) : Promise.resolve(overview()),
    timeline: (filter) => Promise.resolve(makeTimeline(filter, photos(), overview())),
    tiles: (timeline, from, to) =>
      Promise.resolve(
        Array.from(timeline.slots.subarray(from, to), (slot) => makeTile(slot, photos()[slot])),
      ),
    indexOf: (timeline, _, item) =>
      Promise.resolve(timeline.slots.findIndex((slot) => demoItem(slot) === item)),
  }
}

function makeTimeline(
  filter: TimelineFilter,
  photos: readonly DemoPhoto[],
  overview: Overview,
): Timeline {
  const groups = overview.groups.map((group) => group.id)
  const slots = photos.flatMap((photo, slot) => {
    const isInGroup = filter.groups?.includes(demoGroup(photo.group)) ?? true
    const isInAlbum = filter.album === undefined || filter.album === demoAlbum(photo.album)
    const tile = makeTile(slot, photo)
    const isFound = searchWords(filter.text ?? '').every((word) =>
      holdsWord([foldText(tile?.caption ?? ''), monthText(photo.takenMs)], word),
    )
    const isDear = filter.favourites !== true || tile?.isFavourite === true
    return isInGroup && isInAlbum && isFound && isDear ? [slot] : []
  })
  const at = (slot: number) => photos[slot] ?? { seed: 0, group: 0, album: 0, takenMs: 0 }
  return {
    count: slots.length,
    takenMs: Float64Array.from(slots, (slot) => at(slot).takenMs),
    aspect: Uint16Array.from(slots, (slot) => {
      const { width, height } = sceneSize(at(slot).seed)
      return (width / height) * 1000
    }),
    groupOf: Uint16Array.from(slots, (slot) => at(slot).group),
    slots: Uint32Array.from(slots),
    groups,
  }
}

/** One of the photos is a film. */
export const demoFilm = 6

const hashes = new Map<number, Uint8Array>()

function makeTile(slot: number, photo: DemoPhoto | undefined): Tile | null {
  if (photo === undefined) return null
  const hash = hashes.get(photo.seed) ?? hashScene(photo.seed)
  hashes.set(photo.seed, hash)
  const isFile = slot === 9
  const isFilm = slot === demoFilm
  return {
    group: demoGroup(photo.group),
    album: demoAlbum(photo.album),
    item: demoItem(slot),
    kind: isFile ? 'file' : isFilm ? 'video' : 'photo',
    takenMs: photo.takenMs,
    ...sceneSize(photo.seed),
    durationMs: isFilm ? 74_000 : 0,
    offsetMinutes: null,
    thumbhash: isFile ? new Uint8Array() : hash,
    authorName: people[slot % people.length] ?? '',
    name: isFile ? 'scan-of-letter.tif' : `IMG_${4000 + slot}.${isFilm ? 'mp4' : 'jpg'}`,
    mime: isFile ? 'image/tiff' : isFilm ? 'video/mp4' : 'image/jpeg',
    caption: captions[slot % captions.length] ?? '',
    isFavourite: slot % 9 === 4,
    thumbnail: isFile ? null : demoBlob(slot, 400),
    preview: isFile ? null : demoBlob(slot, 1600),
    original: demoBlob(slot, 2400),
    film: null,
  }
}

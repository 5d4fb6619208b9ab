/**
 * Every text of the app: what the first screen says stands here, the rest in words-of-….ts beside it, each fetched with
 * the screens that say it. A screen takes its words from there and nowhere else; another language is other objects of
 * the same types. Plain words only: nothing that a grandmother would have to look up.
 */
import { errorWords } from './words-of-trouble.ts'
import { formatCount, plural } from './format.ts'

export const words = {
  ...errorWords,
  appName: 'Mantel',
  cancel: 'Cancel',
  close: 'Close',
  back: 'Back',
  done: 'Done',
  /** Whoever has no name. */
  someone: 'someone',
  copied: 'Copied',
  copyLink: 'Copy link',
  shareLink: 'Share link',
  undo: 'Undo',
  update: 'Update',
  updateReady: 'A new version of Mantel is ready.',
  tryAgain: 'Try again',
  unreadTitle: 'Your photos cannot be shown just now',
  unreadText:
    'They are not affected: this device does not answer when Mantel asks for them. It keeps asking.',
  dismiss: 'Dismiss',

  navPhotos: 'Photos',
  navAlbums: 'Albums',
  navGroups: 'Groups',
  navSettings: 'Settings',
  mainNavigation: 'Main',

  allSafe: 'All photos are safe',
  safeInPlaces: (n: number) => `in ${n} ${plural(n, 'place', 'places')}`,
  waiting: (n: number) => `${formatCount(n)} waiting`,
  offlineWaiting: (n: number) => `Offline, ${formatCount(n)} waiting`,
  reading: (done: number, total: number, bytes: string) =>
    `Adding ${formatCount(done)} of ${formatCount(total)} · ${bytes}`,
  readingCopies: (done: number, total: number) =>
    `Keep Mantel open · ${formatCount(done)} of ${formatCount(total)}`,
  readingPaused: (done: number, total: number, bytes: string) =>
    `Paused at ${formatCount(done)} of ${formatCount(total)} · ${bytes}`,
  onTheirWay: (bytes: string) => `${bytes} on their way`,
  fetching: (bytes: string) => `Getting ${bytes}`,
  copying: 'Keep Mantel open a moment',
  pauseAdding: 'Pause',
  goOnAdding: 'Go on',
  makeSpace: 'Make space',
  stopAdding: 'Stop',
  stoppedAdding: 'Stopped. Photos that were not added yet are only where they were before.',
  stoppedButShots:
    'Stopped. Photos that were not added yet are only where they were before. What you just took is still added.',

  photos: 'Photos',
  allGroups: 'All',
  filterByGroup: 'Show photos of',
  photoBy: (date: string, name: string) => `Photo, ${date}, by ${name}`,
  videoBy: (date: string, name: string) => `Video, ${date}, by ${name}`,
  fileBy: (file: string, date: string, name: string) => `File, ${file}, ${date}, by ${name}`,
  pick: (photo: string) => `Select ${photo}`,
  pickPhotos: 'Select photos',
  pickedCount: (n: number) => `${formatCount(n)} selected`,
  pickActions: 'Selected photos',
  endPicking: 'End selection',
  largerPhotos: 'Larger photos',
  smallerPhotos: 'Smaller photos',
  jumpToDate: 'Jump to a date',
  addingFirst: 'Adding photos…',
  photosEmptyTitle: 'The first photo goes here',
  photosEmptyText: 'Add some from this phone, or take one now. It works without signal, too.',
  photosEmptyLookTitle: 'No photos yet',
  photosEmptyLook: 'Photos show here as soon as somebody adds some.',
  search: 'Search',
  favourites: 'Favourites',
  favouritesEmptyTitle: 'No favourites yet',
  favouritesEmptyText:
    'Open a photo and tap the heart. Favourites stay on this device; nobody else sees them.',
  addPhotos: 'Add photos',
  takePhoto: 'Take a photo',
  photoCount: (n: number) => `${formatCount(n)} ${plural(n, 'photo', 'photos')}`,

  albums: 'Albums',
  albumsEmptyTitle: 'No albums yet',
  albumsEmptyText: 'An album keeps the photos of one thing together: a summer, a cat, a house.',
  chooseAlbum: 'Add to which album?',
  takesMoment: 'One moment…',

  viewer: 'Photo viewer',

  notNow: 'Not now',

  lostTitle: 'There is nothing at this address',
  toPhotos: 'To the photos',
  broken: 'Something went wrong here. Your photos are not affected.',
} as const

/**
 * Texts about arranging albums, the bin, and finding photos: a part of the catalogue (words.ts) that no screen needs
 * for its first paint, so that it comes with those that do.
 */
import { formatCount, plural } from './format.ts'

export const albumWords = {
  newAlbum: 'New album',
  albumName: 'Album name',
  albumNameExample: 'Summer at the lake',
  createAlbum: 'Create album',
  inGroup: 'In group',
  renameAlbum: 'Rename album',
  saveName: 'Save',
  albumEmptyTitle: 'An empty album',
  albumGone: 'This album is not here.',

  noneInGroup: 'No albums yet. An album keeps the photos of one thing together.',
  albumMenu: 'Album menu',
  albumOrder: 'Order of the photos',
  albumOrders: { newest: 'Newest first', oldest: 'Oldest first', hand: 'By hand' },
  deleteAlbum: 'Move album to bin',
  albumDeleted: (title: string) => `${title} is in the bin now. It stays there for 30 days.`,
  albumBack: (title: string) => `${title} is back.`,

  bin: 'Bin',
  binIntro:
    'What is here goes for good after 30 days. Until then anyone who may add photos can take it out again.',
  binEmptyTitle: 'The bin is empty',
  binEmptyText: 'Photos and albums that somebody moves to the bin stay here for 30 days.',
  emptyBin: 'Empty bin',
  emptyBinTitle: 'Delete for good?',
  emptyBinText: (n: number, group: string) =>
    `${formatCount(n)} ${plural(n, 'thing goes', 'things go')} from ${group}. Nobody there can bring ${plural(n, 'it', 'them')} back.`,
  emptyBinLeft:
    'What others added stays until it has been here for 30 days, or until someone who looks after the group deletes it.',
  deleteForGood: 'Delete for good',
  deletedForGood: (n: number) => `${formatCount(n)} deleted.`,
  keepThem: 'Keep them',
  restore: 'Take out of the bin',
  takeOut: 'Take out',
  restoreAlbum: (title: string) => `Take out of the bin: ${title}`,
  restored: (n: number) =>
    n === 1 ? 'It is back where it was.' : `${formatCount(n)} are back where they were.`,
  binnedPhoto: (date: string, name: string, left: string) => `Photo, ${date}, by ${name}, ${left}`,
  binChosen: (n: number) => `${formatCount(n)} selected`,
  chooseAll: 'Select all',
  chooseNone: 'Select none',
  daysLeft: (n: number) =>
    n <= 0 ? 'goes today' : `${formatCount(n)} ${plural(n, 'day', 'days')} left`,
  binnedBy: (name: string) => `by ${name}`,
  binCount: (n: number) => (n === 0 ? 'Empty' : `${formatCount(n)} in it`),

  searchPhotos: 'Search photos',
  searchExample: 'Lake, Luis, June 2024',
  searchTitle: 'What are you looking for?',
  searchHint:
    'A word of a caption, an album, a name, a month or a year. Several words narrow it down.',
  nothingFound: (text: string) => `Nothing found for “${text}”`,
  nothingFoundHint: 'Try fewer words, or only the beginning of one.',
  favourite: 'Favourite',
} as const

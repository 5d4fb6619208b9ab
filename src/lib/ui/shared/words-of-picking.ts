/** Texts about what can be done with picked photos: a part of the catalogue (words.ts) that comes with the bar for them. */
import { formatCount, plural } from './format.ts'

const lookAtOthers = (n: number) =>
  n === 1 ? 'You may only look at the other.' : `You may only look at the other ${formatCount(n)}.`

export const pickingWords = {
  more: 'More',
  toAlbum: 'Put into an album',
  toAlbumMove: 'Move them there',
  toAlbumCopy: 'Show them there as well',
  toAlbumHow: 'How',
  movedTo: (n: number, album: string) =>
    `${formatCount(n)} ${plural(n, 'photo is', 'photos are')} in ${album} now.`,
  copiedTo: (n: number, album: string) =>
    `${formatCount(n)} ${plural(n, 'photo shows', 'photos show')} in ${album} as well.`,
  thereAlready: (album: string) => `${album} shows them already.`,
  undone: 'Everything is as it was.',
  notUndone: (isPart: boolean, why: string) =>
    `${isPart ? 'Only a part of it could be undone.' : 'It could not be undone.'} ${why}`,
  otherGroups:
    'These photos are in several groups. Select photos of one group, or copy them to it first.',

  leftOut: lookAtOthers,
  changesSome: (n: number, leftOut: number) =>
    `This changes ${formatCount(n)} of ${formatCount(n + leftOut)} photos. ${lookAtOthers(leftOut)}`,

  setDates: 'Correct the dates',
  firstDate: 'When the first was taken',
  firstDateHint: 'All others move by as much, so the time between them stays.',
  datesSaved: (n: number) => `${formatCount(n)} ${plural(n, 'date', 'dates')} saved`,
  datesBack: (n: number) => `${formatCount(n)} ${plural(n, 'date is', 'dates are')} as before`,
  keepZones: 'As it is',
  setPlaces: 'Set the place',

  useAsCover: 'Use as album cover',
  coverSaved: 'This is the cover now.',
  coverNewest: 'Newest photo as cover',
  arrange: 'Arrange by hand',
  arrangeTitle: 'Where should they go?',
  toBeginning: 'To the beginning',
  toEnd: 'To the end',
  inFrontOf: 'In front of another photo',
  tapTarget: 'Tap the photo they go in front of',
  arranged: 'Arranged. The album is ordered by hand now.',
} as const

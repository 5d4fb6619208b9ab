/** The texts of the viewer and its sheet: a part of the catalogue (words.ts) that comes with the viewer, not before. */
import { formatCount, formatList, plural } from './format.ts'

export const viewerWords = {
  next: 'Next',
  previous: 'Previous',
  info: 'Info',
  download: 'Download',
  moveToBin: 'Move to bin',
  movedToBin: 'In the bin now. It stays there for 30 days.',
  movedManyToBin: (n: number) =>
    `${formatCount(n)} ${plural(n, 'photo is', 'photos are')} in the bin now, for 30 days.`,
  broughtBack: 'It is back.',
  caption: 'Caption',
  captionExample: 'Say something about it',
  captionSaved: 'Caption saved',
  when: 'When',
  where: 'Where',
  takenBy: 'By',
  album: 'Album',
  camera: 'Camera',
  file: 'File',
  fileFacts: (width: number, height: number, size: string) =>
    width > 0 ? `${formatCount(width)} × ${formatCount(height)}, ${size}` : size,
  copyPlace: 'Copy the place',
  safeIn: (n: number) => `Safe in ${n} ${plural(n, 'place', 'places')}`,
  onlyHere: 'Only on this device',
  checkedOn: (date: string) => `Checked on ${date}`,
  notViewable: 'This file cannot be shown here, but it is kept exactly as it is.',
  notHereYet: 'The full picture is not on this phone yet. It comes with the next signal.',

  share: 'Share',
  cannotShare: (files: number) =>
    files === 1
      ? 'This device cannot share this file. You can download it instead.'
      : 'This device cannot share these files together. You can download them instead.',
  tooMuchToShare: (files: number) =>
    files === 1
      ? 'This film is too long to be handed over from here. Download it, and share it from there.'
      : 'Together these are too much to be handed over from here. Download them, and share them from there.',
  sharedWithoutFilm: (stills: number) =>
    stills === 1
      ? 'Only the still was handed over: this device does not take its film with it. Downloading gives both.'
      : 'Of live photos only the stills were handed over: this device does not take films with them. Downloading gives both.',
  filmNotHere:
    'The film of this live photo is not on this phone yet. It comes with the next signal.',
  saving: (name: string) =>
    `Saving ${name} among your downloads. Keep Mantel open until it is there.`,
  savedFile: (name: string) => `${name} is saved.`,
  savingBroke: (name: string) => `${name} could not be saved to its end. Try again with signal.`,
  readyToShare: (files: number) =>
    files === 1 ? 'The photo is ready to be shared.' : 'The photos are ready to be shared.',
  tooManyPixels:
    'This picture has too many pixels to be shown here, but it is kept exactly as it is.',
  startSlideshow: 'Slideshow',
  stopSlideshow: 'Stop the slideshow',
  playLive: 'Play live photo',
  liveNotPlayable: 'This browser cannot play the film of this photo. It is kept with it.',
  filmFetchedWhole: 'Fetching the whole film before it plays…',

  copyToGroup: 'Copy to another group',
  copyTo: 'Copy to which album?',
  copyWhy: 'The other group gets a copy of its own. Nothing changes here.',
  copyNowhere: 'You are in no other group to which you could add photos.',
  copying: 'Copying…',
  copied: (album: string, group: string) => `Copied to ${album} in ${group}.`,
  copiedBefore: (group: string) => `It is in ${group} already.`,
  copyMissing: 'The photo itself is not on this phone yet. Try again with signal.',

  from: 'From',
  fromGroup: (group: string, name: string) => (name === '' ? group : `${group}, by ${name}`),

  correctDate: 'Correct the date',
  dateAndTime: 'Date and time',
  timeZone: 'Time zone',
  zoneUnknown: 'Not known',
  dateSaved: 'Date saved',
  correctPlace: 'Correct the place',
  addPlace: 'Add a place',
  place: 'Place',
  placeHint: 'Degrees north and east, for example 43.26172, -2.92531',
  placeUnread: 'Write it like this: 43.26172, -2.92531',
  placeHere: 'Where I am now',
  placeRefused: 'This device does not say where it is.',
  removePlace: 'Remove the place',
  placeSaved: 'Place saved',
  placeRemoved: 'Place removed',
  save: 'Save',

  reactions: 'Reactions',
  reactionNames: {
    '❤️': 'Heart',
    '👍': 'Thumbs up',
    '😂': 'Laughing',
    '😮': 'Amazed',
    '😢': 'Crying',
    '🎉': 'Celebrating',
  } as Readonly<Record<string, string>>,
  reactionBy: (name: string, others: readonly string[], isMine: boolean) => {
    const people = [...others, ...(isMine ? ['you'] : [])]
    return people.length === 0 ? name : `${name}, ${people.length}: ${formatList(people)}`
  },

  comments: 'Comments',
  commentCount: (n: number) => `${formatCount(n)} ${plural(n, 'comment', 'comments')}`,
  addComment: 'Add a comment',
  send: 'Send',
  corrected: 'corrected',
  correctComment: 'Correct the comment',
  deleteComment: 'Delete the comment',
  commentDeleted: 'Comment deleted',
} as const

/** The pictures to react with, in the order in which they are offered. */
export const reactionChoices: readonly string[] = Object.keys(viewerWords.reactionNames)

/** What the app says about making a new group out of one. */
import type { ForkUnderWay } from '#lib/engine/fork-api.ts'
import { formatBytes, formatCount, plural } from './format.ts'

export const wordsOfForks = {
  forkStart: 'Make a new group from this one',
  forkTitle: 'A new group from this one',
  forkWhy:
    'For when a group cannot go on as it is: nobody looks after it any more, or not everybody should stay. The new group starts with the people you choose, and you look after it.',
  forkWhat:
    'Everyone you choose is offered to join. This phone copies the albums and photos over. The old group stays as it is for the others.',
  forkNameHint: 'It may have the same name.',
  forkPeople: 'Who comes along',
  forkPeopleNone: 'Nobody else is in this group. You can invite people to the new one.',
  forkMake: 'Make the new group',
  forkMaking: 'Making the new group…',
  forkMade: (name: string) => `${name} is there. Its photos are being copied.`,
  forkNeedsSignal:
    'This needs signal at the beginning. The rest goes on by itself whenever there is some.',

  forkOffered: (by: string, name: string, isMine: boolean) =>
    isMine
      ? `You have made a new group on another device: ${name}`
      : `${by || 'Somebody'} has made a new group: ${name}`,
  forkOfferedWhy: (from: string) =>
    `It was made from ${from}, with its albums and photos. You come in under the name you have here.`,
  forkJoined: (name: string) => `Welcome to ${name}.`,
  forkUsed:
    'This offer was used already, perhaps on another device of yours. Add this one there, in Settings under your devices.',

  forkUnderWay: (name: string) => `Photos are being copied to ${name}`,
  forkProgress: sayProgress,
  forkKeep: 'Keep the old group on this phone until that is done.',
  forkContinued: (name: string) => `This group goes on in ${name}`,
  forkContinuedWhy: 'Here you can only look at it. For the others it is as it was.',
  forkOpen: (name: string) => `Open ${name}`,
  forkContinuedShort: 'Goes on in another group',
  forkForgetWhy:
    'Its photos leave this phone here, and stay in the new group. The others still see you as a member; to be out for them too, leave the group instead.',
} as const

function sayProgress({ isPreparing, photos, totalPhotos, bytes }: ForkUnderWay): string {
  if (isPreparing) return 'The albums are being written.'
  const done = Math.max(0, totalPhotos - photos)
  const left = `${formatBytes(bytes)} left`
  return `${formatCount(done)} of ${formatCount(totalPhotos)} ${plural(totalPhotos, 'photo', 'photos')}, ${left}`
}

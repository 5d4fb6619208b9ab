/** The message catalogue (words.ts): what starting a group and coming into one says. */
import { formatList, plural } from './format.ts'

export const startingWords = {
  welcomeTitle: 'The photos of the people close to you',
  welcomeWhat:
    'Mantel keeps the photos of your family, your club or your street together, on your phones and at a place that one of you looks after.',
  welcomeWho: 'Only the people you invite can see them; whoever looks after that place cannot.',
  startGroup: 'Start a group',
  joinWithLink: 'Join with a link',
  startTitle: 'Start a group',
  startIntro: 'Your family, a club, a trip: anyone you would show an album to.',
  groupName: 'Group name',
  groupNameExample: 'Family',
  yourName: 'Your name',
  yourNameWhy: 'The others see it next to your photos.',
  createGroup: 'Create group',
  hostingCode: 'Hosting code',
  hostingCodeWhy: (place: string) =>
    `Whoever looks after ${place} can give you one. It says that your group may be kept there.`,
  keptAt: (place: string) => `Kept at ${place}`,
  keptElsewhere: 'Keep it somewhere else',
  keptAddress: 'Address',
  startingGroup: 'Starting your group…',
  pasteTitle: 'Join with a link',
  pasteIntro: 'Somebody sent you a link to their group. Paste it here.',
  invitationLink: 'Invitation link',
  continue: 'Continue',
  scan: 'Scan a code',
  scanning: 'Hold the code in front of the camera.',
  openingInvitation: 'Opening the invitation…',
  invitedBy: (names: readonly string[], others: number) => {
    const shown = others > 0 ? [...names, `${others} ${plural(others, 'other', 'others')}`] : names
    return `${formatList(shown)} would like you in`
  },
  invitedPlain: 'You are invited to',
  joinGroup: (name: string) => `Join ${name}`,
  joining: 'Joining…',
  alreadyUse: 'I already use Mantel',
  alreadyUseHow: 'Copied. Open your Mantel, choose Join with a link, and paste it.',
  noPhotosYet: 'There are no photos here yet.',
  photosComing: 'Photos are on their way…',
  alreadyIn: (name: string) => `You are in ${name} already.`,
  welcomeIn: (name: string) => `Welcome to ${name}.`,
} as const

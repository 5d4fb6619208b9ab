/** The message catalogue (words.ts): what the screens of groups, places and invitations say. */
import { formatCount, plural } from './format.ts'

export const groupWords = {
  groups: 'Groups',
  places: 'Places',
  placesWhy: 'Where the photos of this group are kept. None of these places can look at them.',
  invite: 'Invite',
  inviteTo: (name: string) => `Invite to ${name}`,
  inviteCan: 'They can',
  inviteUses: 'For how many people',
  inviteDays: 'Works for',
  roleOfInvite: {
    viewer: 'look and talk',
    contributor: 'add photos',
    admin: 'add photos and manage people',
  },
  peopleCount: (n: number) => `${formatCount(n)} ${plural(n, 'person', 'people')}`,
  dayCount: (n: number) => `${formatCount(n)} ${plural(n, 'day', 'days')}`,
  makeLink: 'Make a new link',
  inviteHow: 'Send this link. Whoever opens it sees the photos first, then joins with a name.',
  inviteQr: 'Invitation QR code',
  inviteMaking: 'Making the link…',
  placeState: {
    connected: 'Connected',
    connecting: 'Connecting…',
    unreachable: 'Not reachable now',
  },
  placeSeen: (date: string) => `last reached ${date}`,
  groupGone: 'This group is not on this phone.',
  visiting: 'You are only looking',
} as const

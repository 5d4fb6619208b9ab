/** What the app says about the people of a group: who is in, roles, invitations, the agreement, leaving. */
import type { CameBy, MemberCard } from '#lib/engine/member-api.ts'
import { formatCount, formatDay, formatList, plural } from './format.ts'
import { words } from './words.ts'

type Role = MemberCard['role']
type GivenRole = MemberCard['roles'][number]

const people = (n: number) => `${formatCount(n)} ${plural(n, 'person', 'people')}`

const { someone } = words

export const wordsOfPeople = {
  members: 'Members',
  placeWentBack: (atMs: number) =>
    `On ${formatDay(atMs)}, this place showed an earlier state than before, as after an old backup. Your devices give it again what it lost.`,
  placeLacks:
    'Members refer to something that has not come from here. It may still be on its way, or it is kept back.',
  deviceDoubled: (names: readonly string[]) =>
    `A device of ${formatList(names)} numbered two different things alike, as if it went on from an old copy. Both are kept.`,
  allMembers: 'All members',
  you: 'you',
  memberCount: (n: number) => `${formatCount(n)} ${plural(n, 'member', 'members')}`,
  role: {
    owner: 'looks after the group',
    admin: 'adds photos, manages people',
    contributor: 'adds photos',
    viewer: 'looks and talks',
  } satisfies { readonly [R in Role]: string },
  roleChoice: {
    admin: 'Adds photos, manages people',
    contributor: 'Adds photos',
    viewer: 'Looks and talks',
  } satisfies { readonly [R in GivenRole]: string },
  roleOf: (name: string) => `What ${name || someone} may do`,
  roleSet: (name: string) => `Done. ${name || 'They'} can do that now.`,
  deviceCount: (n: number) => `${formatCount(n)} ${plural(n, 'device', 'devices')}`,
  cameBy: sayCameBy,
  notAgreedYet: 'Has not said yes to the agreement as it is now',
  unsentChanges: 'What you changed here takes effect for the others when there is signal.',
  membersOffline: 'This list is as this phone last knew it.',

  remove: (name: string) => `Remove ${name || someone}`,
  removeTitle: (name: string) => `Remove ${name || 'this person'}?`,
  removeFrom: (group: string) => `Remove from ${group}`,
  removeKeeps: (name: string) =>
    `${name || 'They'} will get nothing new from this group, on no device. What ${name || 'they'} saw, saved or copied before cannot be taken back.`,
  removeStays: (name: string) => `Photos that ${name || 'they'} gave to the group stay here.`,
  removeReturns: 'To let them in again, send a new invitation.',
  removing: 'Removing…',
  removed: (name: string) => `${name || 'That person'} is not in the group any more.`,
  removedLater: (name: string) =>
    `${name || 'That person'} is removed on this phone. The others learn it when there is signal.`,

  handOver: 'Hand the group over',
  handOverStart: 'Choose who looks after it',
  handOverWhy:
    'You look after this group: nobody can remove you, and you can change what everybody may do.',
  handOverTitle: (group: string) => `Hand ${group} over`,
  handOverTo: 'To whom',
  handOverWhat: (name: string) =>
    `${name} will look after the group. You stay in it and add photos like everybody. You cannot take this back; ${name} could.`,
  handOverNow: (name: string) => `Hand over to ${name}`,
  handedOver: (name: string) => `${name} looks after the group now.`,

  outsiderTitle: (name: string) => `Is ${name || 'this person'} in?`,
  outsidersWhy: 'Whoever let them in was removed at that moment, so they are out until you decide.',
  keepPerson: (name: string) => `Let ${name || 'this person'} in`,
  keptPerson: (name: string) => `${name || 'That person'} is in.`,
  leaveOut: 'Leave out',
  crowdedTitle: 'One link, more people',
  crowded: (names: readonly string[], uses: number, by: string | null) =>
    `${formatList(names)} came at the same moment by ${whose(by)} link for ${people(uses)}. Remove whoever should not be here.`,
  crowdedFine: 'All of them are fine',

  openInvitations: 'Open invitations',
  openInvitationsNone: 'No link is open. Nobody can come in by one.',
  invitationFor: (uses: number | null, role: GivenRole) =>
    `${uses === null ? 'Anybody' : `For ${people(uses)}`}: ${wordsOfInvitee[role]}`,
  invitationUntil: (expiresMs: number, by: string | null, isMine: boolean) =>
    `until ${formatDay(expiresMs)}, by ${isMine ? 'you' : (by ?? someone)}`,
  revoke: 'Take back',
  revokeOf: (uses: number | null, role: GivenRole) =>
    `Take back the link for ${uses === null ? 'anybody' : people(uses)} who may ${wordsOfInvitee[role]}`,
  revoked: 'That link does not work any more.',
  revokedLater: 'It stops working when this phone has signal.',
  makeAnother: 'Make a new one',

  agreement: 'What this group agreed on',
  agreementNone: 'Nothing is written down yet: who may invite, what may be shown to others.',
  agreementWrite: 'Write it down',
  agreementEdit: 'Change it',
  agreementText: 'Agreement',
  agreementExample: 'We ask before we show a photo to somebody outside.',
  agreementWhoSees: 'Everybody is asked to say yes to it, and so is whoever joins.',
  agreementSave: 'Save agreement',
  agreementSaved: 'Everybody is asked to say yes to it.',
  agreementEnded: 'There is no agreement any more.',
  agreementJoining: 'By joining you say yes to it.',
  agreementChanged: (group: string) => `${group} has a new agreement`,
  agree: 'I agree',
  agreed: 'Thank you. The others can see it.',

  adminTitle: (group: string) => `Who looks after ${group} with you?`,
  adminWhy:
    'If this phone is lost, nobody could let people in or put them out. Let a second person do that, too, or keep a recovery sheet on paper.',
  adminChoose: 'Choose somebody',
  adminSheet: 'Make a recovery sheet',

  refusedTitle: (group: string) => `${group} does not answer this phone`,
  refusedWhy: (place: string) =>
    `${place} lets this phone in no more. Perhaps somebody removed you; ask them. What you add now stays on this phone only.`,
  outTitle: (group: string) => `You are not in ${group} any more`,
  outWhy: 'Photos that are on this phone stay, for you to look at. Nothing new arrives.',
  outUnsent: (n: number) =>
    `${formatCount(n)} of your photos never reached the others and ${plural(n, 'is', 'are')} only here.`,
  outShort: 'You are not in it any more',
  forget: 'Remove from this device',
  forgetTitle: (group: string) => `Remove ${group} from this device?`,
  forgetWhy: 'Its photos leave this phone. Download those that you want to keep first.',
  forgetKeep: 'Keep them here',
  forgotten: (group: string) => `${group} is gone from this device.`,

  leave: (group: string) => `Leave ${group}`,
  leaveTitle: (group: string) => `Leave ${group}?`,
  leaveWhat:
    'The group goes from this device, with its photos. What you gave to the others stays with them. To come back you need an invitation.',
  leaveDevices: (n: number) =>
    `You leave on all your ${formatCount(n)} devices, not on this one only.`,
  leaveAlone:
    'Nobody else is in this group. It ends with you: its photos stay where they are kept, but nobody will be able to open them any more. Download what you want to keep first.',
  leaveSuccessor: (name: string) => `${name} looks after the group then.`,
  leaveHandOver:
    'You look after this group, and nobody else could. Hand it over first; then you can leave.',
  leaveUnsent: (n: number) =>
    n === 0
      ? 'Something you wrote has not reached the others yet. It is being sent.'
      : `${formatCount(n)} ${plural(n, 'photo is', 'photos are')} only on this phone and still on ${plural(n, 'its', 'their')} way to the others.`,
  leaveAnyway: 'Leave without sending; it is lost then',
  leaveOffline:
    'There is no signal right now. The others would not learn that you are gone, so leaving waits for signal.',
  leaving: 'Leaving…',
  left: (group: string) => `You have left ${group}.`,
  stay: 'Stay',
} as const

const wordsOfInvitee: { readonly [R in GivenRole]: string } = {
  viewer: 'look and talk',
  contributor: 'add photos',
  admin: 'add photos and manage people',
}

function whose(by: string | null): string {
  if (by === null) return 'somebody’s'
  return by.endsWith('s') ? `${by}’` : `${by}’s`
}

function sayCameBy({ came, joinedMs }: { came: CameBy; joinedMs: number | null }): string {
  const when = joinedMs === null ? '' : `, ${formatDay(joinedMs)}`
  switch (came.kind) {
    case 'founder':
      return `Started the group${when}`
    case 'link':
      return `Came by ${whose(came.by)} link${when}`
    case 'in-person':
      return `Let in by ${came.by ?? someone} in person${when}`
  }
}

/** Words about a person's own devices, moving, and coming back after a loss. */
import { formatList, formatMoment, plural } from './format.ts'

export const wordsOfDevices = {
  myDevices: 'My devices',
  myDevicesIntro: 'Every phone, tablet or computer where you use Mantel.',
  addDevice: 'Add my other device',
  addDeviceTitle: 'Add my other device',
  addDeviceHow:
    'On the other device, scan this code, or open Mantel there, choose Join with a link, and paste the link. Show it to nobody else: whoever uses it is you.',
  deviceLink: 'Link for my device',
  deviceQr: 'Code for my other device',
  linkLeft: (minutes: number, seconds: number) =>
    `Works once, for ${minutes}:${String(seconds).padStart(2, '0')}`,
  linkLasts: (moment: number) => `Works once, until ${formatMoment(moment)}`,
  linkSending: 'Waiting for signal. The code works as soon as this phone has had some.',
  linkClosed: 'This code has run out.',
  newCode: 'New code',
  linkUsed: 'Your other device is in.',
  linkUsedMore: 'Your photos come to it by themselves.',
  thisDevice: 'this one',
  unnamedDevice: 'A device without a name',
  deviceSince: (moment: number) => `since ${formatMoment(moment)}`,
  renameDevice: (name: string) => `Rename ${name}`,
  renameDeviceTitle: 'Name of this device',
  deviceName: 'Device name',
  removeDevice: (name: string) => `Remove ${name}`,
  removeDeviceTitle: (name: string) => `Remove ${name}?`,
  removeDeviceKeeps:
    'It gets nothing new from now on. What is already on it stays on it; nobody can reach into it from here.',
  removeDeviceUnsent: 'Photos that it has not sent yet stay only there.',
  removeSheetKeeps: 'The printed sheet does not work any more. You can throw it away.',
  removeLast: (group: string) =>
    `This device would be your only way into ${group}. If it is lost, nobody can let you back in as yourself. Make a recovery sheet first.`,
  removeDeviceFrom: (group: string) => `Remove from ${group}`,
  deviceRemoved: (name: string) => `${name} is out.`,
  deviceRemovedLater: (name: string) => `${name} is out as soon as there is signal.`,
  devicesEmpty: 'No groups here yet.',
  onlyWayIn: (groups: readonly string[]) =>
    `This device is your only way into ${formatList(groups)}. If it is lost, nobody can let you back in as yourself. Add another device or make a recovery sheet.`,

  arriveTitle: 'Use Mantel here, too',
  arriveText:
    'This brings your groups and photos to this device. You stay who you are; the others need to do nothing.',
  arriveBySheetText: 'This lets you back in with your recovery sheet. The sheet stays good.',
  arriveNow: 'Use it here',
  arriving: 'Getting your groups…',
  arrived: (name: string) =>
    name === '' ? 'This is now your device' : `This is now ${name}’s device`,
  arrivedIn: (groups: readonly string[]) => `In ${formatList(groups)}.`,
  arrivedNotIn: (count: number) =>
    `${count} ${plural(count, 'group', 'groups')} could not be reached. Open the link again when there is signal.`,

  moving: 'Move',
  movingIntro:
    'To the app on the home screen, or to another address. When your photos are in there, they are cleared here.',
  moveStart: 'Move away from here',
  moveTitle: 'Move away from here',
  moveAddress: 'New address',
  moveAddressHint: 'Leave it as it is to move to the app on the home screen.',
  moveNext: 'Continue',
  moveWaiting: (photos: number) =>
    photos === 0
      ? 'Something is still only here. It is on its way; you can go on when it has arrived.'
      : `${photos} ${plural(photos, 'photo is', 'photos are')} still only here and on the way. You can go on when they have arrived.`,
  moveHow:
    'Open this link where you want to go on. If that is the app on the home screen: copy it, open the app, choose Join with a link, and paste.',
  moveOpen: 'Open the new address',
  moveDone: 'You have moved. Nothing is left here.',
  moveFinishing: 'Your other device is in. Clearing this one…',
  noMantelThere: 'There is no Mantel at this address, or it cannot be reached now.',
  leftTitle: 'Time to move',
  leftWhy: (group: string, place: string) =>
    `${group} is not kept at this address any more. It is kept at ${place}.`,

  recoverySheet: 'Recovery sheet',
  sheetIntro:
    'A page to print. With it you come back as yourself when every device is lost. Keep it like a house key.',
  sheetMake: 'Make a recovery sheet',
  sheetMaking: 'Making the sheet…',
  sheetPrint: 'Print',
  sheetOnce: 'It is shown only now. Print it before you leave this page.',
  sheetSending:
    'Waiting for signal. The sheet works as soon as this phone has had some; keep Mantel open until then.',
  sheetKnown: 'The sheet works.',
  sheetTitle: (name: string) => `${name}: the way back into Mantel`,
  sheetWhat: (groups: readonly string[]) =>
    `With this page you come back into ${formatList(groups)} when all your phones and computers are lost.`,
  sheetHow:
    'Open Mantel on a new phone, choose Join with a link, and scan this code, or type what stands below it.',
  sheetKeep:
    'Keep it like a house key: whoever has it can see all photos and is you. If it is lost, remove it under Settings, My devices.',
  sheetMade: (moment: number) => `Made ${formatMoment(moment)}`,
  sheetQr: 'Recovery code',
  sheetSecret: 'Recovery text',

  letBackIn: (name: string) => `${name} lost their devices`,
  letBackInTitle: (name: string) => `Let ${name} back in`,
  letBackInWhy: (name: string) =>
    `Everything ${name} used so far is put out at once, and you get a link for one new device. Make sure that it is really ${name} who asks: call, or meet. Everybody in the group sees that you did this.`,
  letBackInNow: 'Put the old devices out and make a link',
  letBackInHow: (name: string) => `Give this link to ${name} and to nobody else.`,
  letBackInUsed: (name: string) => `${name} is back.`,
  recoveryTitle: (group: string) => `News in ${group}`,
  recoveryDone: (by: string, member: string) =>
    `${by} let ${member} back in on a new device. All older devices of ${member} are out.`,
  recoveryOpen: (by: string, member: string) =>
    `${by} is letting ${member} back in on a new device. All older devices of ${member} are out.`,
} as const

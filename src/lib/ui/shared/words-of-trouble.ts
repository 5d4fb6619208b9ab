/**
 * What to say when something does not work: which thing, whether photos are safe, what to do next.
 * One exhaustive table for the kinds of problem that the engine returns.
 */
import type {
  ChangeProblem,
  ImportNotice,
  InviteProblem,
  JoinProblem,
  LinkProblem,
  Safety,
  StartGroupProblem,
} from '#lib/engine/api.ts'
import type { DeviceLinkProblem } from '#lib/engine/device-api.ts'
import type { LeaveProblem } from '#lib/engine/member-api.ts'
import type { TalkProblem } from '#lib/engine/talk-api.ts'
import { formatCount } from './format.ts'

type AnyProblem =
  | StartGroupProblem
  | LinkProblem
  | JoinProblem
  | InviteProblem
  | ChangeProblem
  | TalkProblem
  | LeaveProblem
  | DeviceLinkProblem
type NoticeOutcome = ImportNotice['outcome']

const problemWords: { readonly [Kind in AnyProblem['kind']]: string } = {
  offline: 'There is no signal right now. Try again when there is.',
  unreachable: 'The place where the group is kept does not answer. Try again in a while.',
  'storage-full': 'This phone is full. Make some space, then try again.',
  'storage-unavailable': 'This browser does not let Mantel keep anything here.',
  'hosting-refused': 'That place asks for a hosting code before it keeps a new group.',
  'empty-name': 'Please write a name first.',
  'empty-text': 'Please write something first.',
  'not-a-link': 'This is not an invitation link. Copy the whole link and paste it again.',
  'still-here':
    'You were in this group before, and its photos are still on this phone. Open it under Groups, download what you want to keep, and remove it from this device; then open the link again.',
  'not-valid-any-more': 'This link does not work any more. Ask for a new one.',
  'unknown-group': 'This group is not on this phone any more. Open the link again.',
  'not-allowed': 'You cannot do that in this group.',
  'not-ready': 'This works once the phone has had signal.',
  unsent: 'Something is still on its way to the others.',
  'must-hand-over': 'Hand the group over first; then you can leave.',
  unknown: 'That is not here any more.',
  'not-an-address': 'This is not an address that Mantel can open.',
  'still-waiting': 'Something is still only on this device and on its way.',
}

const troubleWords: { readonly [Kind in NonNullable<Safety['trouble']>]: string } = {
  'storage-full': 'This phone is full. New photos cannot be added until there is space.',
  'place-full': 'The place where the group is kept is full. New photos stay on this phone for now.',
  'storage-lost': 'The browser does not answer about its storage. Close Mantel and open it again.',
  'file-too-large':
    'The place where the group is kept does not take a file as large as one of these. It stays on this phone.',
  'file-damaged': 'A file on this phone is damaged and cannot be sent. All others are.',
  'out-of-memory':
    'The browser ran out of memory. What is here is safe. Close Mantel and open it again.',
}

export const errorWords = {
  problem: explainProblem,
  trouble: (trouble: NonNullable<Safety['trouble']>) => troubleWords[trouble],
  importOutcomes: explainImports,
  addStopped: {
    'storage-full': 'This phone is full. Not all photos could be added.',
    'storage-unavailable':
      'This browser did not let Mantel keep some files here. They were not added.',
    unreadable: 'Some files could not be read and were not added.',
  },
} as const

/** A problem in words. */
function explainProblem(problem: AnyProblem): string {
  return problemWords[problem.kind]
}

function explainKept(
  name: string,
  why: Extract<NoticeOutcome, { readonly kind: 'kept-as-file' }>['why'],
): string {
  if (why === 'empty') return `${name} is an empty file. It is kept as it is.`
  if (why === 'too-large')
    return `${name} has too many pixels to be shown as a picture. It is kept exactly as it is.`
  return `${name} cannot be shown as a picture. It is kept exactly as it is.`
}

/** What became of files of which the same is to be said; null where nothing is. */
function explainImports(alike: readonly ImportNotice[]): string | null {
  const [first] = alike
  if (first === undefined) return null
  const { name, outcome } = first
  if (alike.length === 1) return explainImport(name, outcome)
  const count = formatCount(alike.length)
  if (outcome.kind === 'duplicate') {
    const albums = new Set(alike.map((each) => albumOf(each.outcome)))
    return albums.size === 1
      ? `${count} photos are in ${outcome.albumTitle} already.`
      : `${count} photos are in albums of the group already.`
  }
  if (outcome.kind === 'kept-as-file')
    return `${count} files cannot be shown as pictures. They are kept exactly as they are.`
  return outcome.kind === 'failed' && outcome.why === 'storage-full'
    ? `This phone is full: ${count} files were not added.`
    : `${count} files could not be read and were not added.`
}

function albumOf(outcome: NoticeOutcome): string {
  return outcome.kind === 'duplicate' ? outcome.albumTitle : ''
}

function explainImport(name: string, outcome: NoticeOutcome): string | null {
  switch (outcome.kind) {
    case 'added':
      return null
    case 'duplicate':
      return `${name} is in ${outcome.albumTitle} already.`
    case 'kept-as-file':
      return explainKept(name, outcome.why)
    case 'failed':
      return outcome.why === 'storage-full'
        ? `This phone is full: ${name} was not added.`
        : `${name} could not be read and was not added.`
  }
}

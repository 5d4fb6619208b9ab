/** Refusals: one sentence and one HTTP status for every code of wire/frames.ts. */
import type { RefusalCode } from '#lib/wire/frames.ts'

/** A "no" on its way to a device. */
export interface Refusal {
  readonly kind: 'refused'
  readonly code: RefusalCode
  readonly say: string
}

/** A refusal with the usual sentence of its code, or a better one. */
export function refusal(code: RefusalCode, say: string = SENTENCES[code]): Refusal {
  return { kind: 'refused', code, say }
}

const SENTENCES: Readonly<Record<RefusalCode, string>> = {
  malformed: 'This is not something this relay understands.',
  'too-large': 'This is larger than a relay takes.',
  'too-many': 'That was too much at once; try again a little later.',
  'not-allowed': 'This relay does not keep that group or know that key, or it may not do that.',
  'wrong-group': 'This entry belongs to another group.',
  'bad-signature': 'The signature does not fit.',
  'missing-past': 'Something this builds on is not here yet.',
  full: 'This relay has no room left.',
  broken: 'This relay has trouble of its own; try again later.',
}

/** The HTTP status of a refusal. */
export const refusalStatus = {
  malformed: 400,
  'too-large': 413,
  'too-many': 429,
  'not-allowed': 403,
  'wrong-group': 409,
  'bad-signature': 403,
  'missing-past': 409,
  full: 507,
  broken: 503,
} as const satisfies Readonly<Record<RefusalCode, number>>

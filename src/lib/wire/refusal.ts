/** Why a relay refuses: codes of the `refused` frame and of HTTP errors (frames.ts, paths.ts). */
export const refusalCodes = [
  'malformed', // not a frame or entry of this protocol
  'too-large',
  'too-many', // rate or count
  'not-allowed', // proof, role, relay key or group; unknown, used-up, expired and not kept here look alike
  'wrong-group',
  'bad-signature',
  'missing-past', // an op whose parents this relay does not have
  'full', // quota or disk
  'broken', // the relay's own trouble; try later
] as const
export type RefusalCode = (typeof refusalCodes)[number]

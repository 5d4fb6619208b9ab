/** What keeps photos from being kept or sent until a person does something about it. */
import type { BlobProblem } from '#lib/sync/blob-problem.ts'

/** `place-full`: all of them; the others concern single files, and what else there is goes on. */
export type TroubleOfPlaces = 'place-full' | 'file-too-large' | 'file-damaged'

export type Trouble = 'storage-full' | 'storage-lost' | 'out-of-memory' | TroubleOfPlaces

const troubles: { readonly [Kind in BlobProblem['kind']]?: TroubleOfPlaces } = {
  ...{ full: 'place-full', 'too-large': 'file-too-large', damaged: 'file-damaged' },
}

/** The trouble behind a blob that did not go up; null where it is worth no word. */
export function troubleOf({ kind }: BlobProblem): TroubleOfPlaces | null {
  return troubles[kind] ?? null
}

/** Whether sending may end it. */
export function isOfPlaces(trouble: Trouble | null): trouble is TroubleOfPlaces {
  return Object.values(troubles).some((one) => one === trouble)
}

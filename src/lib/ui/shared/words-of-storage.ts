/** Words about the space that Mantel takes on this device. */
import type { Keeping } from '#lib/engine/storage-api.ts'

const names: { readonly [K in Keeping]: string } = {
  thumbnails: 'Thumbnails',
  previews: 'Previews',
  originals: 'Originals',
}

export const wordsOfStorage = {
  unread: 'How much is here could not be found out just now. Your photos are not affected.',
  keep: 'Keep on this phone',
  keepOf: (group: string) => `Keep on this phone of ${group}`,
  choice: (keeping: Keeping, size: string) => `${names[keeping]}, about ${size}`,
  means: {
    thumbnails: 'Small pictures only. Everything else comes when you open it.',
    previews: 'New photos at screen size. Originals come when you open them.',
    originals: 'Everything in full, also without signal.',
  } satisfies { readonly [K in Keeping]: string },
  tooMuch: 'There is not enough space here for all of them. The newest are kept.',
  keptHere: (photos: string, size: string) => `${photos}, ${size} here`,
  freeUp: 'Free up space',
  freeUpIn: (group: string) => `Free up space in ${group}`,
  freeing: 'What is also kept elsewhere goes from this phone as soon as that is sure.',
  neverOnly: 'What is nowhere else always stays on this phone.',
} as const

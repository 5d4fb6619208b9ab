/** What a person chose to keep of a group on this device. Nobody else learns of it. */
import type { GroupStore } from '#lib/ports/group-store.ts'
import type { Keeping } from './storage-api.ts'

export interface KeepingChoice {
  readonly keeping: Keeping
  /** What is more than the choice and was last of use before this moment is to be given up. */
  readonly giveUpBeforeMs: number
}

const inOrder: readonly Keeping[] = ['thumbnails', 'previews', 'originals']
const unchosen: KeepingChoice = { keeping: 'previews', giveUpBeforeMs: 0 }

/** The choice for a group; the default where there was none. */
export async function keepingIn({ notes }: Pick<GroupStore, 'notes'>): Promise<KeepingChoice> {
  return asChoice(await notes.read('keeping'))
}

/** Whoever chooses less than before, or the same once more, wants the room back that the rest takes. */
export async function changeKeeping(
  { notes }: Pick<GroupStore, 'notes'>,
  keeping: Keeping,
  nowMs: number,
): Promise<void> {
  await notes.change('keeping', (stored): KeepingChoice => {
    const old = asChoice(stored)
    const isMore = rankOf(keeping) > rankOf(old.keeping)
    return { keeping, giveUpBeforeMs: isMore ? old.giveUpBeforeMs : nowMs }
  })
}

/** How much a choice keeps, in order. */
export function rankOf(keeping: Keeping): number {
  return inOrder.indexOf(keeping)
}

function asChoice(stored: unknown): KeepingChoice {
  if (typeof stored !== 'object' || stored === null) return unchosen
  const { keeping, giveUpBeforeMs } = stored as Record<string, unknown>
  const known = inOrder.find((one) => one === keeping)
  if (known === undefined || typeof giveUpBeforeMs !== 'number') return unchosen
  return { keeping: known, giveUpBeforeMs }
}

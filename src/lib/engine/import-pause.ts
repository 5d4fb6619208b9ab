/**
 * A person puts off adding what they chose. It is noted on the device, so that it stays so until they go on; what is
 * chosen or captured later is added all the same.
 */
import type { IntakeRecord } from '#lib/ports/intake-store.ts'
import type { GroupStore } from '#lib/ports/group-store.ts'

export interface ImportPause {
  /** Reads the note anew: another tab may have paused, or gone on. */
  look(): Promise<void>
  /** Puts off what was chosen until then, or goes on with null. */
  set(sinceMs: number | null): Promise<void>
  holds(record: Pick<IntakeRecord, 'addedMs'>): boolean
  /** Those that are not put off; the others are `held` from then on. */
  letThrough(records: readonly IntakeRecord[]): IntakeRecord[]
  held(): readonly IntakeRecord[]
}

/** The pause of one group's import. */
export function createImportPause({ notes }: Pick<GroupStore, 'notes'>): ImportPause {
  let sinceMs: number | null = null
  let held: readonly IntakeRecord[] = []

  const holds: ImportPause['holds'] = ({ addedMs }) => sinceMs !== null && addedMs <= sinceMs

  return {
    holds,
    async look() {
      const noted = await notes.read('import-paused')
      sinceMs = typeof noted === 'number' ? noted : null
    },
    async set(next) {
      await notes.change('import-paused', () => next)
      sinceMs = next
    },
    letThrough(records) {
      held = records.filter(holds)
      return records.filter((record) => !holds(record))
    },
    held: () => held,
  }
}

/**
 * What this device alone remembers of a group: favourites, what to keep here, what was seen when, what is still
 * to be said. Nobody else gets it.
 *
 * Shape   structured-cloneable values by name; whoever reads one parses it with care, for an earlier version wrote it
 * Errors  StorageProblem
 */
export type NoteName =
  | 'begun-uploads'
  | 'favourites'
  | 'hello'
  | 'import-paused'
  | 'keeping'
  | 'seen-in-bin'
  | 'setbacks'

export interface NoteStore {
  /** Undefined where nothing was ever written. */
  read(name: NoteName): Promise<unknown>
  /** Reads and writes in one transaction, so that two tabs lose nothing of each other's. */
  change(name: NoteName, change: (old: unknown) => unknown): Promise<void>
}

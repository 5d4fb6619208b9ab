/**
 * What screens may do to chosen items beside what `EngineApi` says: correct when and where they were taken, copy them.
 *
 * Everything is structured-cloneable, safe to repeat, and works offline except where a call says so. Of two
 * corrections at once one holds, whole.
 */
import type { DocId, GroupId, ItemId } from '#lib/base/ids.ts'
import type { Result } from '#lib/base/result.ts'
import type { ChangeProblem } from './api.ts'

export interface TakenCorrection {
  readonly item: ItemId
  /** Local wall time written as if it were UTC. */
  readonly takenMs: number
  /** Minutes east of UTC; null where nobody knows. */
  readonly offsetMinutes: number | null
}

export interface CopyOutcome {
  readonly copied: number
  /** In the other group already: nothing is there twice. */
  readonly duplicates: number
  /** Not here, and no place could be asked for it now. */
  readonly missing: number
}

export interface ItemApi {
  setTaken(input: {
    group: GroupId
    items: readonly TakenCorrection[]
  }): Promise<Result<null, ChangeProblem>>
  /** Null takes the place away. */
  setPlace(input: {
    group: GroupId
    items: readonly ItemId[]
    place: { readonly latitudeE7: number; readonly longitudeE7: number } | null
  }): Promise<Result<null, ChangeProblem>>
  /**
   * Copies items into an album of another group: sealed anew under keys of their own, with caption, date, place, and
   * where they came from. Fetches what is not on this device, so it may need the network.
   */
  copyItems(input: {
    group: GroupId
    items: readonly ItemId[]
    to: { readonly group: GroupId; readonly album: DocId }
  }): Promise<Result<CopyOutcome, ChangeProblem>>
}

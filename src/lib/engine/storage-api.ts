/** What screens may ask about the space that Mantel takes on this device (part of api.ts). */
import type { GroupId } from '#lib/base/ids.ts'
import type { Result } from '#lib/base/result.ts'
import type { MemberProblem } from './member-api.ts'

/**
 * What this device keeps of a group of its own accord: only small pictures; also recent photos at screen size (unless
 * chosen otherwise); everything. What is opened stays as well while there is room, what is nowhere else in any case.
 */
export type Keeping = 'thumbnails' | 'previews' | 'originals'

export interface StorageFigures {
  readonly usedBytes: number
  readonly quotaBytes: number
  readonly persisted: boolean
  readonly groups: readonly GroupStorage[]
}

export interface GroupStorage {
  readonly id: GroupId
  readonly name: string
  readonly photos: number
  /** What is here, sealed. */
  readonly blobBytes: number
  /** Null where this person is no member: nothing is given up there, nothing fetched ahead. */
  readonly keeping: Keeping | null
  /** What each choice would take, with all of it here. */
  readonly wouldTake: Readonly<Record<Keeping, number>>
}

export interface StorageApi {
  storage(): Promise<StorageFigures>
  /**
   * Chooses what to keep here. What is more than that is given up in the background, as soon as a place says that it
   * holds it (choosing the same again gives up what has come since); what is missing is fetched in the background,
   * newest first. Told by the event `storage`.
   */
  setKeeping(input: {
    readonly group: GroupId
    readonly keeping: Keeping
  }): Promise<Result<null, MemberProblem>>
}

/**
 * What is done about a disk without room, by whoever knows what can be fetched again.
 *
 * Source  docs/design.md §8 "What a device keeps", §9
 */
export interface FullDisk {
  /** Gives up so many bytes, if it can; true where the write is worth another try. */
  makeRoom(bytes: number): Promise<boolean>
  /** A write found no room in spite of that (true); one as large has found room since (false). */
  onFull(isFull: boolean): void
}

/**
 * What screens may ask and do about making a new group out of one: "fork the group". The new group has the people that
 * were chosen and keys of its own; everything else of the old one stays as it is.
 *
 * Works offline except where a call says so. Two people who do it at once make two groups.
 *
 * Source  docs/design.md §5 "Forking"
 */
import type { GroupId, MemberId } from '#lib/base/ids.ts'
import type { Result } from '#lib/base/result.ts'
import type { JoinProblem, StartGroupProblem } from './api.ts'
import type { MemberProblem } from './member-api.ts'

/** Somebody has made a new group out of one of mine, and would like me in it. */
export interface ForkInvitation {
  readonly from: GroupId
  readonly group: GroupId
  readonly name: string
  /** Empty while it is not known. */
  readonly by: string
  /** I made it myself, on another device. */
  readonly isMine: boolean
  /** For the ordinary way in, where the short one does not work. */
  readonly link: string
}

/** A group that this device has made out of another one, while something of the old one is still being copied. */
export interface ForkUnderWay {
  readonly from: GroupId
  readonly group: GroupId
  /** The albums are still being written, or the offers made. */
  readonly isPreparing: boolean
  /** Photos of which something is still on its way. */
  readonly photos: number
  readonly totalPhotos: number
  readonly bytes: number
}

export interface ForkWish {
  readonly group: GroupId
  readonly name: string
  readonly people: readonly MemberId[]
  readonly address: string
  readonly hostingCode: string | null
}

export interface ForkApi {
  /**
   * Needs the network. Founds the new group; writing its albums, telling the others and copying the files go on by
   * themselves, also after a kill. Done again with the same group it gives the group that was made before.
   */
  forkGroup(input: ForkWish): Promise<Result<{ group: GroupId }, StartGroupProblem | MemberProblem>>
  /** What others offer, and what is under way from here. */
  forks(): Promise<{
    readonly offers: readonly ForkInvitation[]
    readonly underWay: readonly ForkUnderWay[]
  }>
  /** Needs the network: joins the offered group under the name that I have in the old one. */
  joinFork(input: {
    from: GroupId
    group: GroupId
  }): Promise<Result<{ group: GroupId }, JoinProblem | MemberProblem>>
}

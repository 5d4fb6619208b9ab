/**
 * What screens may ask of the engine about a person's own devices, about taking over, and about coming back
 * after a loss. `EngineApi` (api.ts) extends it.
 *
 * Everything is structured-cloneable and safe to repeat. Expected failures are `Result`s.
 */
import type { Result } from '#lib/base/result.ts'
import type { DeviceId, GroupId, MemberId, OpId } from '#lib/base/ids.ts'
import type { Role } from '#lib/membership/operation.ts'
import type { ChangeProblem, LinkProblem, ReachProblem } from './api.ts'
import type { Told } from './member-api.ts'

/** One installation of a member in one group, or a recovery sheet. */
export interface DeviceCard {
  readonly id: DeviceId
  /** As somebody called it; empty where nobody did. */
  readonly name: string
  /** Whole minutes; null where it was never said. */
  readonly sinceMs: number | null
  readonly isThis: boolean
  readonly isSheet: boolean
}

/** My devices in one group. */
export interface OwnDevices {
  readonly group: GroupId
  readonly groupName: string
  readonly member: MemberId
  readonly memberName: string
  readonly role: Role
  /** This one first, then the newest. */
  readonly devices: readonly DeviceCard[]
  /** Whether one of them is a recovery sheet. */
  readonly recoverySheet: boolean
  /** Names of those who could let me back in if all my devices were lost; nobody can for the owner. */
  readonly helpers: readonly string[]
  /** Whether somebody else could still invite and remove people. */
  readonly hasOtherAdmin: boolean
  /** Photos here that have not reached any place of the group. */
  readonly waiting: number
  /** Addresses where the group was once kept: an app that came from one of them should move. */
  readonly leftAddresses: readonly string[]
}

/** A link for one other installation, with one invitation per group. */
export interface OwnDeviceLink {
  readonly link: string
  readonly expiresMs: number
  readonly groups: readonly {
    readonly group: GroupId
    readonly name: string
    readonly invitation: OpId
  }[]
}

/**
 * `sending`: no place knows it yet (waiting for signal); `open`: can be used; `used`: the other device is in
 * everywhere; `closed`: run out or taken back, perhaps after it was used in some of the groups.
 */
export type DeviceLinkState = 'sending' | 'open' | 'used' | 'closed'

export type DeviceLinkProblem =
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'not-ready' }
  | { readonly kind: 'storage-full' }
  | { readonly kind: 'storage-unavailable' }
  /** The address is none, or not one that the app may open. */
  | { readonly kind: 'not-an-address' }
  /** For a link that puts this device out: so many photos exist only here. They are on their way. */
  | { readonly kind: 'still-waiting'; readonly photos: number }

/** What came of using such a link. */
export interface DeviceArrival {
  readonly groups: readonly {
    readonly group: GroupId
    readonly name: string
    readonly memberName: string
    /** `here`: this device was in already. */
    readonly outcome: 'joined' | 'here' | 'offline' | 'not-valid-any-more'
  }[]
}

export interface RecoverySheet {
  /** The link-like secret. It is nowhere else: who does not print it now makes another. */
  readonly text: string
  readonly madeMs: number
  readonly memberName: string
  readonly groups: readonly GroupId[]
  readonly groupNames: readonly string[]
}

/** Somebody was let back in on a new device, or is being let in; their old devices are out. */
export interface Recovery {
  readonly invitation: OpId
  readonly group: GroupId
  readonly groupName: string
  readonly by: string
  readonly member: string
  readonly isMe: boolean
  readonly isDone: boolean
}

export interface DeviceApi {
  /** My devices in every group of this installation. Works offline. */
  ownDevices(): Promise<readonly OwnDevices[]>
  /**
   * A link for one other installation of mine: once, for ten minutes. Works offline, but opens only once a place
   * knows it. `replacing` puts this device out as soon as the other is in; refused while photos are only here.
   * `groups` null means all. `app` is the address where the other installation is.
   */
  linkDevice(input: {
    groups: readonly GroupId[] | null
    app: string
    replacing: boolean
  }): Promise<Result<OwnDeviceLink, DeviceLinkProblem>>
  deviceLinkState(link: OwnDeviceLink): Promise<DeviceLinkState>
  /** Takes the link back; nothing where it was used. */
  withdrawDeviceLink(link: OwnDeviceLink): Promise<void>
  /**
   * After a replacing link: puts this device out of the groups where the other is in, and forgets them here once
   * nothing exists only here. Answers how many groups are left on this device.
   */
  finishMoving(link: OwnDeviceLink): Promise<number>
  /** Needs the network: this device joins every group of an own-device link, or by a recovery sheet. */
  arrive(link: string): Promise<Result<DeviceArrival, LinkProblem>>
  nameDevice(input: {
    group: GroupId
    device: DeviceId
    name: string
  }): Promise<Result<null, ChangeProblem>>
  /** Puts one of my other devices, or a sheet, out of a group; relays refuse it as soon as they hear of it. */
  removeDevice(input: { group: GroupId; device: DeviceId }): Promise<Result<Told, ChangeProblem>>
  /**
   * An admin lets a member back in on a new device: the old devices are put out, and a link for one new one is made
   * (once, two days). Works offline like `linkDevice`.
   */
  letBackIn(input: {
    group: GroupId
    member: MemberId
    app: string
  }): Promise<Result<OwnDeviceLink, DeviceLinkProblem>>
  /** One more device key per group, for paper. Works offline: it counts once a place has heard of it. */
  makeRecoverySheet(input: { app: string }): Promise<Result<RecoverySheet, DeviceLinkProblem>>
  /** Whether a place of each group has heard of the sheet, and has the key that it opens: before, it lets nobody in. */
  isSheetKnown(sheet: Pick<RecoverySheet, 'groups'>): Promise<boolean>
  /** Who was let back in by somebody else, in every group. */
  recoveries(): Promise<readonly Recovery[]>
  /** Needs the network: whether Mantel is at this address. */
  isMantelAt(address: string): Promise<Result<{ origin: string }, ReachProblem>>
}

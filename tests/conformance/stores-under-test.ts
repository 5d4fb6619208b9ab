/** What a conformance suite needs of the device on which it runs. */
import type { GroupId } from '#lib/base/ids.ts'
import type { DeviceStore, GroupStore } from '#lib/ports/group-store.ts'
import { randomGroup } from '#tests/support/stored-samples.ts'

export interface DeviceUnderTest {
  /** A tab of its own: another connection to the same storage. */
  tab(): DeviceStore
  /** Ends all tabs as a power failure or a killed browser does; `tab` afterwards finds what was durable. */
  restart(): Promise<void>
  /** Closes every connection underneath the stores, as iOS does in the background; null where it cannot happen. */
  cutConnections: (() => void) | null
}

export type CreateDevice = () => DeviceUnderTest

/** One fresh group, and how to come back to it. */
export interface GroupUnderTest {
  readonly device: DeviceUnderTest
  readonly group: GroupId
  readonly store: GroupStore
  /** The same group in another tab. */
  readonly inAnotherTab: () => Promise<GroupStore>
  /** The same group after a restart. */
  readonly afterRestart: () => Promise<GroupStore>
}

export async function freshGroup(createDevice: CreateDevice): Promise<GroupUnderTest> {
  const device = createDevice()
  const group = randomGroup()
  const open = () => device.tab().openGroup(group)
  return {
    device,
    group,
    store: await open(),
    inAnotherTab: open,
    afterRestart: async () => {
      await device.restart()
      return open()
    },
  }
}

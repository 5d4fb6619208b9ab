/** Room for a group whose disk is not what a test is about: as much as anybody wants. */
import { createDisk } from '#relay/groups/disk.ts'
import { createRoom, type Room } from '#relay/groups/room.ts'

export function endlessRoom(): Room {
  const nothing = () => Promise.resolve(0)
  const disk = createDisk({ minFreeBytes: 0, clock: Date.now, free: nothing })
  const taken = { used: nothing, aside: nothing }
  return createRoom({ quotaBytes: 0, disk, taken, begun: [], clock: Date.now })
}

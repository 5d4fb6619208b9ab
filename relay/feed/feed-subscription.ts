/** A subscription: a position that moves towards the feed's end at the reader's pace. */
import type { Bytes } from '#lib/base/bytes.ts'
import { inOneRun } from '#lib/base/one-run.ts'
import type { Group } from '#relay/groups/group.ts'

export interface Subscription {
  /** Sends what is new; resolves when the end is reached. Calling it again meanwhile is harmless. */
  advance(): Promise<void>
  /** Sends what comes next, as much as one frame holds, without waiting for what is on its way. */
  sendNext(): void
  stop(): void
}

/** What a subscription needs of a group. */
export interface SubscribedGroup extends Pick<Group, 'batchAfter'> {
  readonly feed: Pick<Group['feed'], 'end'>
}

/** Starts after a position; the first frame comes even if there is nothing, to say "live". */
export function createSubscription(
  group: SubscribedGroup,
  send: (frame: Bytes) => Promise<void>,
  after: number,
): Subscription {
  let position = after
  let isStopped = false
  let hasStarted = false

  const isBehind = () => !isStopped && (!hasStarted || position < group.feed.end())
  const next = (): Bytes => {
    hasStarted = true
    const { frame, to } = group.batchAfter(position)
    position = to
    return frame
  }
  return {
    advance: inOneRun(async () => {
      while (isBehind()) await send(next())
    }),
    sendNext: () => {
      if (isBehind()) void send(next())
    },
    stop: () => {
      isStopped = true
    },
  }
}

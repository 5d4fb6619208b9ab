/** A subscription: a position that moves towards the feed's end at the reader's pace. */
import type { Bytes } from '#lib/base/bytes.ts'
import type { Group } from '#relay/groups/group.ts'

export interface Subscription {
  /** Sends what is new; resolves when the end is reached. Calling it again meanwhile is harmless. */
  advance(): Promise<void>
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
  let running: Promise<void> | null = null

  const isBehind = () => !isStopped && (!hasStarted || position < group.feed.end())
  const run = async () => {
    while (isBehind()) {
      hasStarted = true
      const { frame, to } = group.batchAfter(position)
      position = to
      await send(frame)
    }
  }
  return {
    // Asked when nothing is new, `run` ends before it returns: only a run that waits is remembered.
    advance: () => {
      if (running !== null || !isBehind()) return running ?? Promise.resolve()
      running = run().finally(() => (running = null))
      return running
    },
    stop: () => {
      isStopped = true
    },
  }
}

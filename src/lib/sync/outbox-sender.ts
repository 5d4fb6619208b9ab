/**
 * Sends the outbox of one relay over one session: a window of appends under way, each removed from the
 * outbox when the relay has it. Sending twice is harmless (idempotent by id).
 *
 * A refusal may pass: an operation's parents or an author's admission may still be on their way, from here or
 * from another device. So a refused entry stays in the outbox and is offered again whenever the relay has
 * learned something, and from time to time.
 *
 * Errors  none thrown: `onFailure` where the store fails
 * Source  docs/design.md §7
 */
import type { Bytes } from '#lib/base/bytes.ts'
import type { DeviceId, EntryId, RelayId } from '#lib/base/ids.ts'
import { markStep } from '#lib/base/steps.ts'
import type { Replica } from './replica.ts'

export interface OutboxSender {
  /** From now on the session may send. */
  start(): void
  flush(): void
  appended(n: number, id: EntryId): void
  refused(n: number): void
  /** The relay has learned something, or time has passed: offers again what was refused. */
  readonly retry: () => void
  /** Queues what the relay lacks, by its own account. */
  offerMissing(theirs: ReadonlyMap<DeviceId, number>): Promise<void>
  stop(): void
}

export interface OutboxSenderParts {
  readonly replica: Replica
  readonly relay: RelayId
  readonly send: (entry: Bytes, n: number) => void
  /** The relay has said that this entry is durable there. */
  readonly onDelivered: (id: EntryId) => void
  readonly onFailure: () => void
}

const windowEntries = 64

/** A sender at rest. */
export function createOutboxSender({
  replica,
  relay,
  send,
  onDelivered,
  onFailure,
}: OutboxSenderParts): OutboxSender {
  const { store } = replica
  const underWay = new Map<number, EntryId>()
  const refused = new Set<EntryId>()
  let next = 1
  let open = false
  let filling: Promise<void> | null = null
  let wanted = false

  const fill = async (): Promise<void> => {
    const busy = new Set([...underWay.values(), ...refused])
    const queued = await store.outbox(relay, windowEntries + busy.size)
    const ids = queued.filter((id) => !busy.has(id)).slice(0, windowEntries - underWay.size)
    const entries = await store.bytes(ids)
    ids.forEach((id, at) => {
      const bytes = entries[at]
      if (!bytes || !open) return
      const n = next++
      underWay.set(n, id)
      send(bytes, n)
      markStep('entry sent')
    })
  }

  const flush = (): void => {
    wanted = true
    if (!open || filling !== null || underWay.size >= windowEntries) return
    wanted = false
    filling = fill()
      .catch(onFailure)
      .finally(() => {
        filling = null
        if (wanted) flush()
      })
  }

  const retry = (): void => {
    refused.clear()
    flush()
  }

  return {
    start() {
      open = true
      flush()
    },
    flush,
    retry,
    appended(n, id) {
      if (underWay.get(n) !== id) return
      markStep('entry delivered')
      void store
        .delivered(relay, [id])
        .then(() => {
          underWay.delete(n)
          onDelivered(id)
          retry()
        })
        .catch(onFailure)
    },
    refused(n) {
      const id = underWay.get(n)
      underWay.delete(n)
      if (id !== undefined) refused.add(id)
      flush()
    },
    async offerMissing(theirs) {
      // Of several with one number, they may have one only.
      const lacking = replica.log.graph.forks().flatMap(({ ids }) => ids)
      for (const record of replica.log.records())
        if (record.seq > (theirs.get(record.author) ?? 0)) lacking.push(record.id)
      if (lacking.length > 0) await store.enqueue(relay, lacking)
      flush()
    },
    stop() {
      open = false
    },
  }
}

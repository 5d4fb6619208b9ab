/**
 * What a newcomer says of themself once they are in: their name, their yes to the agreement, what the device is called.
 *
 * It is kept on the device until it has been said: while the feed still comes nothing can be written, and the app may be
 * closed meanwhile. Said twice, by two tabs, it is the same.
 *
 * Errors  StorageProblem from the notes; what cannot be said now is said later
 * Source  docs/design.md §5 `join`
 */
import { inOneRun } from '#lib/base/one-run.ts'
import { changeToArrive, type GroupDocument } from '#lib/groups/group-document.ts'
import { changeDeviceWords } from '#lib/groups/member-devices.ts'
import type { NoteStore } from '#lib/ports/note-store.ts'
import { isMember } from '#lib/sync/connections.ts'
import { doEpochDuty } from '#lib/sync/duties.ts'
import type { Me, Replica } from '#lib/sync/replica.ts'

export interface Hello {
  /** Null where a member comes in on one more device. */
  readonly name: string | null
  readonly sinceMs: number
  /** The text that the newcomer said yes to; empty for none. */
  readonly agreement: string
  readonly deviceName: string
}

export interface Greeting {
  /** To be said as soon as this device is in and can write. */
  keep(hello: Hello): Promise<void>
  /** Waits until nothing is left to say, for `patienceMs` at most; what is left is said later. */
  said(patienceMs: number): Promise<void>
  stop(): void
}

export interface GreetingParts {
  readonly replica: Replica
  readonly notes: NoteStore
  /** How long until it is tried again, milliseconds. */
  readonly retryMs: number
}

const lookMs = 25

/** The greeting of one group: says what an earlier run has left. */
export function createGreeting({ replica, notes, retryMs }: GreetingParts): Greeting {
  let timer: ReturnType<typeof setTimeout> | null = null
  let isStopped = false
  let isLeft = true

  const say = inOneRun(async () => {
    const hello = parseHello(await notes.read('hello'))
    isLeft = hello !== null
    if (hello === null || !isMember(replica)) return
    await doEpochDuty(replica)
    const me = replica.me()
    if (me === null) return
    const outcome = await replica.sayOfMyself(wordsOf(hello, me))
    if (!outcome.ok && outcome.error.kind === 'not-ready') return
    await notes.change('hello', () => null)
    isLeft = false
  })

  const goOn = async (): Promise<void> => {
    await say().catch(() => undefined)
    later()
  }

  const later = (): void => {
    if (!isLeft || isStopped) return
    timer ??= setTimeout(() => {
      timer = null
      void goOn()
    }, retryMs)
  }

  void goOn()
  return {
    async keep(hello) {
      await notes.change('hello', () => hello)
      isLeft = true
      later()
    },
    async said(patienceMs) {
      for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookMs) {
        await say()
        if (!isLeft) return
        await new Promise((resolve) => setTimeout(resolve, lookMs))
      }
    },
    stop() {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

function wordsOf(hello: Hello, me: Me): (draft: GroupDocument) => void {
  const { name, sinceMs, agreement, deviceName } = hello
  return (draft) => {
    if (name !== null) changeToArrive(me.member, { name, joinedMs: sinceMs, agreement })(draft)
    changeDeviceWords(me, { name: deviceName, sinceMs, isSheet: false })(draft)
  }
}

function parseHello(note: unknown): Hello | null {
  if (typeof note !== 'object' || note === null) return null
  const { name, sinceMs, agreement, deviceName } = note as Record<string, unknown>
  return (typeof name === 'string' || name === null) &&
    typeof sinceMs === 'number' &&
    typeof agreement === 'string' &&
    typeof deviceName === 'string'
    ? { name, sinceMs, agreement, deviceName }
    : null
}

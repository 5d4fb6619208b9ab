/**
 * One device's conversation about one group's feed, over whatever carries messages.
 *
 * Order   join → `peer`, `hello` → prove → `welcome` → anything. What is out of order, and what is no
 *         frame, ends the conversation with `refused {n: null}`.
 * Back    a device whose cursor lies beyond the end, or names an entry that is not there, has read what this feed does
 *         not know any more: the feed was set back. It takes a new id, and every conversation about it ends: who comes
 *         back compares what both have.
 * Limits  a greeting and a proof are a few hundred bytes: before the proof nothing longer is looked at
 * Access  asked of the group at every frame and after every change of membership; of an invitation,
 *         which ends by the clock, whenever there is something to tell.
 * Flow    entries are read from the store as fast as the other end takes them, one frame at a time.
 * Errors  nothing throws out of `receive`
 * Source  wire/frames.ts
 */
import type { Bytes } from '#lib/base/bytes.ts'
import {
  encodeFrame,
  parseDeviceFrame,
  type AppendFrame,
  type DeviceFrame,
  type ProveFrame,
  type RelayFrame,
  type SubscribeFrame,
} from '#lib/wire/frames.ts'
import { maxPageBytes, type Group } from '#relay/groups/group.ts'
import { failureFacts, type Logger } from '#relay/logger.ts'
import { encodeEnvelope, encodePeer, parseEnvelope, type Ends } from './envelope.ts'
import type { FeedStore } from './feed-store.ts'
import { createSubscription, type Subscription } from './feed-subscription.ts'
import type { Asked, Handshake } from './handshake.ts'
import type { Principal } from './principal.ts'
import { refusal, type Refusal } from './refusal.ts'

/** Most bytes of a message before the other end has proved itself. */
export const maxUnprovedBytes = 4096

/** What carries a conversation. */
export interface Channel {
  /** Resolves when the message left for the other end; rejects never. */
  send(message: Bytes): Promise<void>
  /** Ends it after what was sent before. */
  close(): void
}

export interface SessionParts {
  readonly asked: Asked
  readonly handshake: Handshake
  readonly channel: Channel
  /** The relay's name in envelopes. */
  readonly name: string
  readonly logger: Logger
  /** Told once the other end has proved itself. */
  onWelcome(): void
  /** Resolves when a failed proof may be answered. */
  afterFailure(): Promise<void>
}

export interface FeedSession {
  /** Takes one message; resolves when it has been dealt with. */
  receive(message: Bytes): Promise<void>
  /** The channel is gone. */
  end(): void
}

type Stage =
  | { readonly at: 'join' }
  | { readonly at: 'prove'; readonly nonce: Bytes }
  | { readonly at: 'checking' }
  | {
      readonly at: 'open'
      readonly principal: Principal
      readonly group: Group
      /** Where the feed ended when the other end was told so. */
      readonly end: number
    }
  | { readonly at: 'over' }

type Open = Extract<Stage, { at: 'open' }>

/** Starts a conversation; the other end speaks first. */
export function createFeedSession(parts: SessionParts): FeedSession {
  return new Conversation(parts)
}

class Conversation implements FeedSession {
  readonly #parts: SessionParts
  readonly #stopListening: () => void
  #stage: Stage = { at: 'join' }
  #ends: Ends
  #subscription: Subscription | null = null

  constructor(parts: SessionParts) {
    this.#parts = parts
    this.#ends = { senderId: parts.name, targetId: '' }
    this.#stopListening =
      parts.asked.group?.listen({
        onEntries: () => {
          const stage = this.#stage
          const isByInvitation = stage.at === 'open' && stage.principal.as === 'invitation'
          // A link that has run out shows nothing new; who is put out as a device may read by what.
          if (!isByInvitation || this.#hasAccess(stage)) void this.#subscription?.advance()
          // After the answers have been written, one of which may be to this one's join.
          if (isByInvitation) setImmediate(() => this.#review())
        },
        onMembership: () => this.#review(),
        onRenewal: () => this.#hangUp(),
      }) ?? (() => undefined)
  }

  async receive(message: Bytes): Promise<void> {
    if (this.#stage.at === 'over') return
    try {
      await this.#take(message)
    } catch (cause) {
      const facts = { group: this.#parts.asked.id, ...failureFacts(cause) }
      this.#parts.logger.error(facts, 'a frame was not dealt with')
      await this.#refuse(refusal('broken'))
    }
  }

  end(): void {
    this.#stage = { at: 'over' }
    this.#subscription?.stop()
    this.#stopListening()
  }

  /** Not `async`: an append is queued before the next message is looked at. */
  #take(message: Bytes): Promise<void> {
    const stage = this.#stage
    const isTooLong = stage.at !== 'open' && message.length > maxUnprovedBytes
    const envelope = isTooLong ? null : parseEnvelope(message)
    if (envelope?.type === 'join' && stage.at === 'join') return this.#greet(envelope.senderId)
    const frame = envelope?.type === 'mantel' ? parseDeviceFrame(envelope.data) : null
    if (frame === null) return this.#refuse(refusal('malformed'))
    if (stage.at === 'prove' && frame.t === 'prove') return this.#prove(frame, stage.nonce)
    if (stage.at !== 'open') return this.#refuse(refusal('not-allowed', 'Prove a key first.'))
    return this.#requireAccess(stage) ? this.#answer(frame, stage) : Promise.resolve()
  }

  async #greet(senderId: string): Promise<void> {
    const { channel, handshake, name } = this.#parts
    const nonce = handshake.nonce()
    this.#ends = { senderId: name, targetId: senderId }
    this.#stage = { at: 'prove', nonce }
    void channel.send(encodePeer(this.#ends))
    await this.#send(handshake.hello(nonce))
  }

  async #prove(frame: ProveFrame, nonce: Bytes): Promise<void> {
    this.#stage = { at: 'checking' }
    const welcomed = await this.#parts.handshake.welcome(this.#parts.asked, nonce, frame)
    if (!welcomed.ok) await this.#parts.afterFailure()
    if (this.#isOver()) return
    if (!welcomed.ok) return this.#refuse(welcomed.error)
    const { group, principal, welcome } = welcomed.value
    this.#stage = { at: 'open', principal, group, end: welcome.end }
    this.#parts.onWelcome()
    await this.#send(welcome)
  }

  #review(): void {
    if (this.#stage.at !== 'open' || this.#hasAccess(this.#stage)) return
    // By what, as far as it has not left yet.
    if (this.#stage.principal.as === 'device') this.#subscription?.sendNext()
    void this.#refuse(refusal('not-allowed'))
  }

  /** A method, so that what happened while waiting is looked at anew. */
  #isOver(): boolean {
    return this.#stage.at === 'over'
  }

  #answer(frame: DeviceFrame, by: Open): Promise<void> {
    const { feed } = by.group
    switch (frame.t) {
      case 'append':
        return this.#append(frame, by)
      case 'subscribe':
        return this.#subscribe(frame, by)
      case 'select':
        return this.#send({ t: 'selected', ...feed.select(frame, maxPageBytes) })
      case 'have':
        return this.#sendFrame(by.group.have())
      case 'ping':
        return this.#send({ t: 'pong', n: frame.n })
      case 'prove':
      case 'pong':
        return this.#refuse(refusal('malformed'))
    }
  }

  async #append({ n, entry }: AppendFrame, { group, principal }: Open): Promise<void> {
    const outcome = await group.append(entry, principal)
    if (outcome.kind === 'refused') return this.#refuse(outcome, n)
    await this.#send({ t: 'appended', n, id: outcome.id, position: outcome.position })
  }

  #subscribe(asked: SubscribeFrame, { group, principal, end }: Open): Promise<void> {
    if (this.#subscription !== null) {
      return this.#refuse(refusal('malformed', 'One subscription is enough.'))
    }
    const isKnown = asked.feed === group.feed.feed
    const isBack = isKnown && wasSetBack(group.feed, asked, end)
    if (isBack && group.renewFeed(principal)) return Promise.resolve()
    // Another feed id, or a position this feed never gave out: the cursor means nothing here.
    const after = isKnown && !isBack ? asked.after : 0
    this.#subscription = createSubscription(group, (frame) => this.#sendFrame(frame), after)
    return this.#subscription.advance()
  }

  #hasAccess({ group, principal }: Open): boolean {
    return group.accessOf(principal) !== null
  }

  #requireAccess(by: Open): boolean {
    const isAllowed = this.#hasAccess(by)
    if (!isAllowed) void this.#refuse(refusal('not-allowed'))
    return isAllowed
  }

  /** Says no to append `n`, or, without one, says why and ends the conversation. */
  #refuse({ code, say }: Refusal, n: number | null = null): Promise<void> {
    this.#parts.logger.debug({ group: this.#parts.asked.id, code }, 'refused a frame')
    const sent = this.#send({ t: 'refused', n, code, say })
    if (n === null) this.#hangUp()
    return sent
  }

  #hangUp(): void {
    this.end()
    this.#parts.channel.close()
  }

  #send(frame: RelayFrame): Promise<void> {
    return this.#sendFrame(encodeFrame(frame))
  }

  #sendFrame(frame: Bytes): Promise<void> {
    return this.#parts.channel.send(encodeEnvelope(this.#ends, frame))
  }
}

/** No device has read beyond the end it was told of, or another entry where it stands, unless the feed has lost something since. */
function wasSetBack(
  feed: Pick<FeedStore, 'positionOf'>,
  { after, last }: SubscribeFrame,
  end: number,
): boolean {
  return after > end || (last !== null && feed.positionOf(last) !== after)
}

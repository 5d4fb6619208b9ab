/**
 * Bodies of requests: whole, within limits of size, time and number, or as they come.
 *
 *   | body              | at most                                   | time                          |
 *   |-------------------|-------------------------------------------|-------------------------------|
 *   | small             | what its route says, 96 KiB in any case   | 30 s                          |
 *   | large (`POST /g`) | what its route says; two in memory at once | 60 s                          |
 *   | a file            | what its route says; never whole in memory | any, while something comes each minute |
 *
 * Errors  413 'too-large', 400 'malformed'; 429 'too-many' where as many large ones are in memory as may be. Whoever
 *         takes too long is cut off and hears nothing more.
 */
import type { Context } from 'hono'
import { parseCbor, type CborMap } from '#lib/base/cbor.ts'
import { isMap } from '#lib/base/fields.ts'
import { concatBytes, type Bytes } from '#lib/base/bytes.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { minuteMs, secondMs } from '#lib/base/time.ts'
import { refusal, type Refusal } from '#relay/feed/refusal.ts'
import { answerRefusal, type RelayEnv } from './answers.ts'

export interface BodyLimits {
  readonly smallMs: number
  readonly largeMs: number
  readonly silentMs: number
  readonly largeAtOnce: number
}

export const usualBodyLimits: BodyLimits = {
  smallMs: 30 * secondMs,
  largeMs: minuteMs,
  silentMs: minuteMs,
  largeAtOnce: 2,
}

export interface Bodies {
  /** A small body. */
  whole(c: Context<RelayEnv>, maxBytes: number): Promise<Result<Bytes, Refusal>>
  /** The CBOR map in a small body. */
  map(c: Context<RelayEnv>, maxBytes: number): Promise<Result<CborMap, Refusal>>
  /** Answers by the CBOR map in a body that may be large; the next large one waits until that is done. */
  answerMap(
    c: Context<RelayEnv>,
    maxBytes: number,
    answer: (map: CborMap) => Promise<Response>,
  ): Promise<Response>
  /** The body as it comes. */
  chunks(c: Context<RelayEnv>): AsyncIterable<Uint8Array>
  /** Cuts off a line that went silent without breaking, which would hold for ever what it was given. */
  cutOffWhenSilent(c: Context<RelayEnv>): void
}

const maxSmallBytes = 96 * 1024

/** Nothing is being read yet. */
export function createBodies(limits: BodyLimits): Bodies {
  let large = 0
  const map: Bodies['map'] = async (c, maxBytes) => mapIn(await read(c, maxBytes, limits.smallMs))
  return {
    whole: (c, maxBytes) => read(c, maxBytes, limits.smallMs),
    map,
    answerMap: async (c, maxBytes, answer) => {
      const isLarge = (declaredLength(c) ?? maxBytes) > maxSmallBytes
      if (isLarge && large >= limits.largeAtOnce) return answerRefusal(c, refusal('too-many'))
      if (isLarge) large++
      try {
        const ms = isLarge ? limits.largeMs : limits.smallMs
        const found = mapIn(await read(c, maxBytes, ms))
        return found.ok ? await answer(found.value) : answerRefusal(c, found.error)
      } finally {
        if (isLarge) large--
      }
    },
    chunks: (c) => {
      cutOffWhenSilent(c, limits.silentMs)
      return chunksOf(c)
    },
    cutOffWhenSilent: (c) => cutOffWhenSilent(c, limits.silentMs),
  }
}

/** The declared length of the body, or null. */
export function declaredLength(c: Context<RelayEnv>): number | null {
  const header = c.req.header('content-length') ?? ''
  return /^\d{1,15}$/.test(header) ? Number(header) : null
}

async function* chunksOf(c: Context<RelayEnv>): AsyncIterable<Uint8Array> {
  // Straight from Node where there is a socket: web streams cost twice the CPU.
  const source: AsyncIterable<Uint8Array> | null = c.env.incoming ?? c.req.raw.body
  if (source !== null) yield* source
}

async function read(
  c: Context<RelayEnv>,
  maxBytes: number,
  withinMs: number,
): Promise<Result<Bytes, Refusal>> {
  if ((declaredLength(c) ?? 0) > maxBytes) return err(refusal('too-large'))
  const chunks: Uint8Array[] = []
  let length = 0
  const late = setTimeout(() => c.env.incoming?.destroy(), withinMs)
  try {
    for await (const chunk of chunksOf(c)) {
      length += chunk.length
      if (length > maxBytes) return err(refusal('too-large'))
      chunks.push(chunk)
    }
  } catch {
    // Nobody is there any more to hear it.
    return err(refusal('malformed'))
  } finally {
    clearTimeout(late)
  }
  return ok(concatBytes(...chunks))
}

function mapIn(body: Result<Bytes, Refusal>): Result<CborMap, Refusal> {
  if (!body.ok) return body
  const value = parseCbor(body.value)
  return isMap(value) ? ok(value) : err(refusal('malformed'))
}

function cutOffWhenSilent({ env: { incoming } }: Context<RelayEnv>, silentMs: number): void {
  if (incoming === undefined || incoming.complete) return
  let before = incoming.socket.bytesRead
  const timer = setInterval(() => {
    const { bytesRead } = incoming.socket
    if (incoming.complete) clearInterval(timer)
    else if (bytesRead === before) incoming.destroy()
    before = bytesRead
  }, silentMs).unref()
  incoming.once('close', () => clearInterval(timer))
}

/** `POST /g/:group/session`: the handshake for those who have HTTP only (wire/session.ts). */
import type { Context, Hono } from 'hono'
import type { Bytes } from '#lib/base/bytes.ts'
import type { Clock } from '#lib/base/time.ts'
import { encodeFrame, type ProveFrame, type RelayFrame } from '#lib/wire/frames.ts'
import { parseSessionRequest } from '#lib/wire/session.ts'
import type { Asked, Challenges, Handshake } from '#relay/feed/handshake.ts'
import { refusal } from '#relay/feed/refusal.ts'
import { createAddressRates, type Slowdown } from '#relay/feed/slowdown.ts'
import type { GroupRegistry } from '#relay/groups/group-registry.ts'
import { idIn } from './access.ts'
import { addressOf, answerRefusal, type RelayEnv } from './answers.ts'
import type { Bodies } from './bodies.ts'

const MAX_BODY_BYTES = 1024
/** By address. */
const HANDSHAKES = { perSecond: 200, burst: 1000 }

export interface SessionRouteParts {
  readonly groups: GroupRegistry
  readonly handshake: Handshake
  readonly challenges: Challenges
  readonly slowdown: Slowdown
  readonly bodies: Bodies
  readonly clock: Clock
}

/** Adds the route. */
export function addSessionRoutes(app: Hono<RelayEnv>, parts: SessionRouteParts): void {
  const { groups, handshake, challenges } = parts
  const rates = createAddressRates(HANDSHAKES, parts.clock)
  app.post('/g/:group/session', async (c) => {
    if (rates.take(addressOf(c)) > 0) return answerRefusal(c, refusal('too-many'))
    const id = idIn(c)
    if (id === null) return answerRefusal(c, refusal('not-allowed'))
    const body = await parts.bodies.whole(c, MAX_BODY_BYTES)
    if (!body.ok) return answerRefusal(c, body.error)
    const request = parseSessionRequest(body.value)
    if (request === null) return answerRefusal(c, refusal('malformed'))
    if (request.t === 'hello') return answerFrame(c, handshake.hello(challenges.issue()))
    return prove(c, parts, { asked: { id, group: groups.open(id) }, ...request })
  })
}

interface Proving {
  readonly asked: Asked
  readonly challenge: Bytes
  readonly prove: ProveFrame
}

async function prove(
  c: Context<RelayEnv>,
  { handshake, challenges, slowdown }: SessionRouteParts,
  proving: Proving,
): Promise<Response> {
  if (!challenges.take(proving.challenge)) return answerRefusal(c, refusal('not-allowed'))
  const welcomed = await handshake.welcome(proving.asked, proving.challenge, proving.prove)
  if (!welcomed.ok) await slowdown.afterFailure(addressOf(c))
  if (!welcomed.ok) return answerRefusal(c, welcomed.error)
  return answerFrame(c, welcomed.value.welcome)
}

function answerFrame(c: Context<RelayEnv>, frame: RelayFrame): Response {
  const headers = { 'content-type': 'application/cbor', 'cache-control': 'no-store' }
  return c.body(encodeFrame(frame), 200, headers)
}

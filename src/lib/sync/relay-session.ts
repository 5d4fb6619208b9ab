/**
 * HTTP with a relay of a group: a bearer token by the same handshake as the socket's, renewed when it is refused.
 *
 * Errors  `unreachable` (network, time-out), `refused` (proof not accepted, wrong relay)
 * Source  docs/design.md §7; wire/paths.ts
 */
import { toBase64Url, type Bytes } from '#lib/base/bytes.ts'
import type { GroupId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import type { RelayPlace } from '#lib/membership/operation.ts'
import { parseRelayFrame, type RelayFrame } from '#lib/wire/frames.ts'
import { maxFrameBytes } from '#lib/wire/limits.ts'
import { sessionPath } from '#lib/wire/paths.ts'
import { encodeSessionRequest } from '#lib/wire/session.ts'
import { createHandshake } from './handshake.ts'
import type { RelayIdentity } from './identity.ts'
import { readAtMost } from './read-body.ts'

export interface SessionProblem {
  readonly kind: 'unreachable' | 'refused'
}

export interface RelaySession {
  readonly place: RelayPlace
  /** Sends a request below the relay's address with the token; asks for a new token once on 401. */
  request(path: string, init?: RequestInit): Promise<Result<Response, SessionProblem>>
  /** Forgets the token, e.g. after another identity. */
  reset(): void
}

export interface RelaySessionParts {
  readonly group: GroupId
  readonly place: RelayPlace
  readonly identity: () => RelayIdentity | null
  readonly fetch: typeof fetch
}

/** A session that proves itself when first used. */
export function createRelaySession(parts: RelaySessionParts): RelaySession {
  const { place, group } = parts
  let token: Promise<Result<string, SessionProblem>> | null = null

  const send = async (path: string, init: RequestInit): Promise<Response | null> => {
    try {
      return await parts.fetch(new URL(path, place.address), { ...init, credentials: 'omit' })
    } catch {
      return null
    }
  }

  const exchange = async (body: Bytes): Promise<Result<RelayFrame, SessionProblem>> => {
    const response = await send(sessionPath(group), {
      method: 'POST',
      headers: { 'content-type': 'application/cbor' },
      body,
    })
    if (response === null || response.status >= 500) return err({ kind: 'unreachable' })
    const said = await readAtMost(response, maxFrameBytes)
    if (said === null) return err({ kind: 'unreachable' })
    const frame = parseRelayFrame(said)
    return frame === null ? err({ kind: 'refused' }) : ok(frame)
  }

  const prove = async (): Promise<Result<string, SessionProblem>> => {
    const identity = parts.identity()
    if (identity === null) return err({ kind: 'refused' })
    const handshake = createHandshake({ group, expected: place.key, identity })
    const hello = await exchange(encodeSessionRequest({ t: 'hello' }))
    if (!hello.ok) return hello
    const proof = hello.value.t === 'hello' ? handshake.prove(hello.value) : null
    if (hello.value.t !== 'hello' || proof === null) return err({ kind: 'refused' })
    const welcome = await exchange(
      encodeSessionRequest({ t: 'prove', prove: proof, challenge: hello.value.nonce }),
    )
    if (!welcome.ok) return welcome
    if (welcome.value.t !== 'welcome' || !(await handshake.check(welcome.value)))
      return err({ kind: 'refused' })
    return ok(toBase64Url(welcome.value.token))
  }

  const currentToken = async (): Promise<Result<string, SessionProblem>> => {
    token ??= prove()
    const result = await token
    if (!result.ok) token = null
    return result
  }

  const tryRequest = async (
    path: string,
    init: RequestInit,
  ): Promise<Result<Response, SessionProblem>> => {
    const bearer = await currentToken()
    if (!bearer.ok) return bearer
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${bearer.value}`)
    const response = await send(path, { ...init, headers })
    return response === null ? err({ kind: 'unreachable' }) : ok(response)
  }

  return {
    place,
    async request(path, init = {}) {
      const first = await tryRequest(path, init)
      if (!first.ok || first.value.status !== 401) return first
      token = null
      return tryRequest(path, init)
    },
    reset() {
      token = null
    },
  }
}

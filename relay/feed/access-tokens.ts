/**
 * Access tokens: what a proved principal shows on HTTP requests instead of proving again.
 *
 * Shape   32 random bytes, base64url in `Authorization: Bearer`; for one principal in one group
 * Units   one hour; in memory only, so a restarted relay asks for a new handshake
 * Errors  unknown and expired look alike (null). Whether the principal may still do anything is asked
 *         of the group at every use: a removal voids its tokens.
 */
import { toBase64Url, type Bytes } from '#lib/base/bytes.ts'
import type { GroupId, Random } from '#lib/base/ids.ts'
import type { Clock } from '#lib/base/time.ts'
import { tokenLifetimeMs } from '#lib/wire/limits.ts'
import type { Principal } from './principal.ts'

export interface AccessTokens {
  issue(group: GroupId, principal: Principal): Bytes
  /** Whose token this is in that group, or null. */
  principalOf(group: GroupId, token: string): Principal | null
}

interface Issued {
  readonly group: GroupId
  readonly principal: Principal
  readonly expiresMs: number
}

const MAX_TOKENS = 50_000

/** An empty register. */
export function createAccessTokens(random: Random, clock: Clock): AccessTokens {
  // In the order of issue, which is the order of expiry.
  const issued = new Map<string, Issued>()
  const dropExpired = () => {
    for (const [token, { expiresMs }] of issued) {
      if (expiresMs > clock() && issued.size < MAX_TOKENS) return
      issued.delete(token)
    }
  }
  return {
    issue: (group, principal) => {
      dropExpired()
      const token = random(32)
      issued.set(toBase64Url(token), { group, principal, expiresMs: clock() + tokenLifetimeMs })
      return token
    },
    principalOf: (group, token) => {
      const found = issued.get(token)
      const isValid = found?.group === group && found.expiresMs > clock()
      return isValid ? found.principal : null
    },
  }
}

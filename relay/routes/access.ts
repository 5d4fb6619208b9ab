/**
 * Who asks: the group of the path, and the principal of the bearer token with its access now.
 *
 * Under way  a request whose principal loses that access is broken off, whether it is sending or
 *            fetching, and however slowly: its socket is closed with the change of membership.
 */
import type { Context } from 'hono'
import { parseId, type GroupId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import type { AccessTokens } from '#relay/feed/access-tokens.ts'
import type { Access, Principal } from '#relay/feed/principal.ts'
import { refusal, type Refusal } from '#relay/feed/refusal.ts'
import type { GroupRegistry } from '#relay/groups/group-registry.ts'
import type { Group } from '#relay/groups/group.ts'
import type { RelayEnv } from './answers.ts'

export interface AccessParts {
  readonly groups: GroupRegistry
  readonly tokens: AccessTokens
}

export interface Entitled {
  readonly group: Group
  readonly access: Access
}

/** The group named in the path; null where that is no id. */
export function idIn(c: Context<RelayEnv>): GroupId | null {
  return parseId('GroupId', c.req.param('group') ?? '')
}

/** The group of the path, if the bearer token's principal may use it now. */
export function entitled(c: Context<RelayEnv>, parts: AccessParts): Result<Entitled, Refusal> {
  return entitledWhile(c, parts, () => null)
}

/** `refuses` says what speaks against an access that is there, now and at every change. */
function entitledWhile(
  c: Context<RelayEnv>,
  { groups, tokens }: AccessParts,
  refuses: (access: Access) => Refusal | null,
): Result<Entitled, Refusal> {
  const id = idIn(c)
  const token = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(c.req.header('authorization') ?? '')?.[1]
  // First of all, so that who has none learns of no group, and has none loaded.
  const principal = id && tokens.principalOf(id, token ?? '')
  const group = principal && id && groups.open(id)
  if (group === null || principal === null) return err(refusal('not-allowed'))
  const ask = (): Result<Entitled, Refusal> => judge(group, principal, refuses)
  const found = ask()
  if (found.ok) breakOffUnless(c, group, () => ask().ok)
  return found
}

function judge(
  group: Group,
  principal: Principal,
  refuses: (access: Access) => Refusal | null,
): Result<Entitled, Refusal> {
  const access = group.accessOf(principal)
  const refused = access === null ? refusal('not-allowed') : refuses(access)
  return access === null || refused !== null
    ? err(refused ?? refusal('not-allowed'))
    : ok({ group, access })
}

function breakOffUnless(c: Context<RelayEnv>, group: Group, isAllowed: () => boolean): void {
  const { incoming, outgoing } = c.env
  if (incoming === undefined || outgoing === undefined || outgoing.closed) return
  const stop = group.watchMembership(() => {
    // The request itself may be over and its answer still on the way.
    if (!isAllowed()) incoming.socket.destroy()
  })
  outgoing.once('close', stop)
}

/** The same for those who may send blobs. */
export function entitledToUpload(
  c: Context<RelayEnv>,
  parts: AccessParts,
): Result<Entitled, Refusal> {
  return entitledWhile(c, parts, ({ mayUpload }) =>
    mayUpload ? null : refusal('not-allowed', 'That role may not add photos.'),
  )
}

/** The status of a refusal by these functions: who has no valid token is asked for one. */
export function accessStatus({ code }: Refusal): 401 | undefined {
  return code === 'not-allowed' ? 401 : undefined
}

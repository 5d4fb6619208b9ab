/**
 * Who asks: the group of the path, and the principal of the bearer token with its access now.
 *
 * Under way  a request whose principal loses that access is broken off, whether it is sending or
 *            fetching, and however slowly: its socket is closed with the change of membership.
 */
import type { Context } from 'hono'
import { parseId } from '#lib/base/ids.ts'
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

/** The group named in the path. */
export function groupOf(c: Context<RelayEnv>, groups: GroupRegistry): Result<Group, Refusal> {
  const id = parseId('GroupId', c.req.param('group') ?? '')
  const group = id && groups.open(id)
  return group === null ? err(refusal('unknown-group')) : ok(group)
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
  const group = groupOf(c, groups)
  if (!group.ok) return group
  const token = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(c.req.header('authorization') ?? '')?.[1]
  const principal = tokens.principalOf(group.value.id, token ?? '')
  if (principal === null) return err(refusal('not-allowed'))
  const ask = (): Result<Entitled, Refusal> => judge(group.value, principal, refuses)
  const found = ask()
  if (found.ok) breakOffUnless(c, group.value, () => ask().ok)
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

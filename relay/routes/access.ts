/** Who asks: the group of the path, and the principal of the bearer token with its access now. */
import type { Context } from 'hono'
import { parseId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import type { AccessTokens } from '#relay/feed/access-tokens.ts'
import type { Access } from '#relay/feed/principal.ts'
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
export function entitled(
  c: Context<RelayEnv>,
  { groups, tokens }: AccessParts,
): Result<Entitled, Refusal> {
  const group = groupOf(c, groups)
  if (!group.ok) return group
  const token = /^Bearer ([A-Za-z0-9_-]{43})$/.exec(c.req.header('authorization') ?? '')?.[1]
  const principal = tokens.principalOf(group.value.id, token ?? '')
  const access = principal && group.value.accessOf(principal)
  return access === null ? err(refusal('not-allowed')) : ok({ group: group.value, access })
}

/** The same for those who may send blobs. */
export function entitledToUpload(
  c: Context<RelayEnv>,
  parts: AccessParts,
): Result<Entitled, Refusal> {
  const found = entitled(c, parts)
  if (!found.ok || found.value.access.mayUpload) return found
  return err(refusal('not-allowed', 'That role may not add photos.'))
}

/** The status of a refusal by these functions: who has no valid token is asked for one. */
export function accessStatus({ code }: Refusal): 401 | undefined {
  return code === 'not-allowed' ? 401 : undefined
}

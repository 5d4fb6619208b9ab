/**
 * Looks into a group through an invitation link, before joining: everything a viewer sees, nothing written.
 *
 * Needs the network. A link that no relay accepts leaves nothing on the device.
 *
 * Source  docs/design.md §5 "The link"
 */
import type { GroupId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { groupName } from '#lib/groups/group-document.ts'
import type { RelayPlace } from '#lib/membership/operation.ts'
import type { GroupSecrets } from '#lib/ports/key-store.ts'
import { isMember } from '#lib/sync/connections.ts'
import { parseInvitationLink } from '#lib/wire/link.ts'
import { relayInfoPath } from '#lib/wire/paths.ts'
import type { LinkProblem } from './api.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import { readRelayKey } from './founding.ts'
import type { GroupSession } from './group-session.ts'
import { standingOf } from './standing.ts'

const answerMs = 20_000
const lookMs = 20

/** Opens a link; the group shows as `visiting`, or as it is where this device is a member already. */
export async function visitByLink(
  parts: EngineParts,
  groups: EngineGroups,
  text: string,
): Promise<Result<{ group: GroupId }, LinkProblem>> {
  const link = parseInvitationLink(text)
  if (link === null) return err({ kind: 'not-a-link' })
  const present = groups.session(link.group)
  // Joined in another tab, it must not be opened anew with nothing but the link.
  await present?.replica.adopt([])
  if (present !== null && isMember(present.replica)) return ok({ group: link.group })
  const secrets = { device: null, invitationSeed: link.seed, epochKeys: new Map() }
  const looked = await lookIn({ parts, groups }, link, secrets)
  if (looked.ok) await groups.list(link.group)
  return looked.ok ? ok({ group: link.group }) : looked
}

/** Opens a group anew with these secrets and reads its feed; leaves nothing behind where that fails. */
export async function lookIn(
  { parts, groups }: { readonly parts: EngineParts; readonly groups: EngineGroups },
  at: { readonly relay: string; readonly group: GroupId },
  secrets: GroupSecrets,
): Promise<Result<GroupSession, LinkProblem>> {
  const present = groups.session(at.group)
  if (present !== null && standingOf(present.replica) === 'removed')
    return err({ kind: 'still-here' })
  const place = await placeBehind(parts, at.relay)
  if (!place.ok) return place
  if (groups.session(at.group) !== null) await groups.forget(at.group)
  const store = await parts.devices.openGroup(at.group)
  await store.keys.save(secrets)
  await store.close()
  const session = await groups.open(at.group, place.value)
  const answer = await firstSight(session)
  if (answer.ok) return ok(session)
  await groups.forget(at.group)
  return answer
}

/** The relay's key as it says itself; checked against the group's operations once they are read. */
async function placeBehind(
  parts: EngineParts,
  address: string,
): Promise<Result<RelayPlace, LinkProblem>> {
  try {
    const response = await parts.fetch(new URL(relayInfoPath, address), { credentials: 'omit' })
    const key = await readRelayKey(response)
    return key === null
      ? err({ kind: 'unreachable', place: new URL(address).host })
      : ok({ address, key })
  } catch {
    return err(
      parts.online() ? { kind: 'unreachable', place: new URL(address).host } : { kind: 'offline' },
    )
  }
}

/** Waits until there is something to see (from a snapshot, or because all was read), or the relay has refused. */
async function firstSight({
  connections,
  replica,
}: GroupSession): Promise<Result<null, LinkProblem>> {
  for (let waitedMs = 0; waitedMs < answerMs; waitedMs += lookMs) {
    const states = connections.places().map(({ state }) => state)
    if (states.includes('catching-up') && groupName(replica.groupContent()) !== '') return ok(null)
    if (states.includes('live'))
      return replica.state() === null ? err({ kind: 'not-valid-any-more' }) : ok(null)
    if (states.length === 0 || states.includes('refused'))
      return err({ kind: 'not-valid-any-more' })
    await new Promise((resolve) => setTimeout(resolve, lookMs))
  }
  return err({ kind: 'offline' })
}

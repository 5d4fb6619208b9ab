/**
 * Starts a group: genesis on a relay that agrees to host it, the first epoch, the group's document and a first album.
 *
 * Needs the network once. The group is kept on this device only when the relay has stored the genesis;
 * whatever fails before that leaves nothing behind.
 *
 * Source  docs/design.md §5 `genesis`, §11 hosting
 */
import { changeToNewAlbum } from '#lib/albums/album-document.ts'
import { parseUtf8, plainBytes } from '#lib/base/bytes.ts'
import { encodeCbor } from '#lib/base/cbor.ts'
import {
  idFromBytes,
  parseId,
  platformRandom,
  randomId,
  type DocId,
  type GroupId,
  type MemberId,
  type RelayId,
} from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { createDeviceKeys, groupDocId } from '#lib/crypto/derive.ts'
import {
  changeToListAlbum,
  changeToNewGroup,
  type GroupDocument,
} from '#lib/groups/group-document.ts'
import { changeDeviceWords } from '#lib/groups/member-devices.ts'
import { memberIdOfDevice } from '#lib/membership/member-id.ts'
import { encodeOperation, type RelayPlace } from '#lib/membership/operation.ts'
import type { ForkRecord, GroupSecrets } from '#lib/ports/key-store.ts'
import type { DeviceStore, GroupStore } from '#lib/ports/group-store.ts'
import { doEpochDuty } from '#lib/sync/duties.ts'
import { readAtMost } from '#lib/sync/read-body.ts'
import { openReplica } from '#lib/sync/replica.ts'
import { groupOfEntry, signEntry, type Entry } from '#lib/wire/entry.ts'
import { hostPath, relayInfoPath } from '#lib/wire/paths.ts'
import type { StartGroupProblem } from './api.ts'

export interface FoundingParts {
  readonly devices: DeviceStore
  readonly fetch: typeof fetch
  readonly clock: () => number
}

export interface FoundingInput {
  readonly groupName: string
  readonly memberName: string
  readonly deviceName: string
  readonly address: string
  readonly hostingCode: string | null
  readonly albumTitle: string
  /** Its id where it has to be a certain one. */
  readonly album?: DocId
  /** Where the group is made out of another one: kept from the first moment on, so that a kill ends nothing. */
  readonly fork?: ForkRecord
}

/** Founds the group; its database is complete and closed again when this resolves. */
export async function foundGroup(
  parts: FoundingParts,
  input: FoundingInput,
): Promise<Result<{ group: GroupId; album: DocId }, StartGroupProblem>> {
  const place = await readRelayPlace(parts.fetch, input.address)
  if (!place.ok) return place
  const { genesis, secrets, member } = createGenesis(place.value, input.fork)
  const hosted = await askToHost(parts.fetch, { input, genesis, place: place.value })
  if (!hosted.ok) return hosted
  const group = groupOfEntry(genesis)
  const store = await parts.devices.openGroup(group)
  try {
    await store.keys.save(secrets)
    await store.entries.commit({
      entries: [genesis],
      own: { author: genesis.author, seq: genesis.seq },
    })
    return ok({ group, album: await furnish(store, { ...parts, group, member, input }) })
  } catch (cause) {
    await store.close()
    await parts.devices.forgetGroup(group)
    throw cause
  } finally {
    await store.close()
  }
}

/** Fresh keys and the signed first operation. */
function createGenesis(
  relay: RelayPlace,
  fork: ForkRecord | undefined,
): {
  genesis: Entry
  secrets: GroupSecrets
  member: MemberId
} {
  const { signSeed, signPublic, boxSecret, boxPublic } = createDeviceKeys()
  const device = idFromBytes('DeviceId', signPublic)
  if (device === null) throw new Error('a key has 32 bytes')
  const member = memberIdOfDevice(device)
  const nonce = platformRandom(16)
  const genesis = signEntry(
    { group: null, kind: 'op', author: device, seq: 1, after: [] },
    encodeOperation({ op: 'genesis', parents: [], nonce, member, box: boxPublic, relay }),
    signSeed,
  )
  return {
    genesis,
    member,
    secrets: {
      device: { signSeed, boxSecret, member, admitted: true },
      invitationSeed: null,
      epochKeys: new Map(),
      ...(fork === undefined ? {} : { fork }),
    },
  }
}

interface Furnishing extends FoundingParts {
  readonly group: GroupId
  readonly member: MemberId
  readonly input: FoundingInput
}

/** The first key, names and album. */
async function furnish(store: GroupStore, furnishing: Furnishing): Promise<DocId> {
  const { group, member, input, clock } = furnishing
  const replica = await openReplica({
    group,
    entries: store.entries,
    documents: store.documents,
    keys: store.keys,
  })
  await doEpochDuty(replica)
  const doc = groupDocId(group)
  const album = input.album ?? randomId('DocId')
  const device = replica.me()?.device
  const named = await replica.change(doc, (draft: GroupDocument) => {
    const { groupName: name, memberName, deviceName } = input
    changeToNewGroup({ name, member, memberName, addedMs: clock() })(draft)
    const words = { name: deviceName, sinceMs: clock(), isSheet: false }
    if (device !== undefined) changeDeviceWords({ member, device }, words)(draft)
  })
  const created = await replica.change(album, changeToNewAlbum(input.albumTitle))
  const listed = await replica.change(doc, changeToListAlbum(album, clock()))
  await replica.close()
  if (!named.ok || !created.ok || !listed.ok) throw new Error('the founder may write')
  return album
}

/** Who answers at this address; its key becomes the first relay of the group. */
export async function readRelayPlace(
  fetchIt: typeof fetch,
  address: string,
): Promise<Result<RelayPlace, StartGroupProblem>> {
  const unreachable = err({ kind: 'unreachable' as const, place: address })
  try {
    const origin = new URL(address).origin
    const response = await fetchIt(new URL(relayInfoPath, origin), { credentials: 'omit' })
    if (!response.ok) return unreachable
    const key = await readRelayKey(response)
    return key === null ? unreachable : ok({ address: origin, key })
  } catch {
    return unreachable
  }
}

const mostInfoBytes = 64 << 10

/** The key that a relay says it has; null where it says none. Throws where it says nothing sensible. */
export async function readRelayKey(response: Response): Promise<RelayId | null> {
  const info = parseUtf8((await readAtMost(response, mostInfoBytes)) ?? new Uint8Array())
  const said: unknown = JSON.parse(info ?? '')
  return parseId('RelayId', String((said as { relay?: unknown } | null)?.relay))
}

async function askToHost(
  fetchIt: typeof fetch,
  hosting: { input: FoundingInput; genesis: Entry; place: RelayPlace },
): Promise<Result<null, StartGroupProblem>> {
  const { input, genesis, place } = hosting
  try {
    const response = await fetchIt(new URL(hostPath, place.address), {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/cbor' },
      body: plainBytes(encodeCbor({ code: input.hostingCode, entries: [genesis.bytes] })),
    })
    if (response.ok) return ok(null)
    if (response.status === 401 || response.status === 403) return err({ kind: 'hosting-refused' })
    return err({ kind: 'unreachable', place: place.address })
  } catch {
    return err({ kind: 'unreachable', place: input.address })
  }
}

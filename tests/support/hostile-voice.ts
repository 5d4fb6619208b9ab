/** A member's keys and documents without an app around them: writes whatever it likes, past every rule of its own. */
import { toHex, type Bytes } from '#lib/base/bytes.ts'
import { publicKeyOfSeed } from '#lib/base/ed25519.ts'
import type { DeviceId, DocId, GroupId } from '#lib/base/ids.ts'
import { seal } from '#lib/crypto/seal.ts'
import { createDeviceStore } from '#lib/storage/device-store.ts'
import { createActor } from '#lib/sync/change-rules.ts'
import type { Edit } from '#lib/sync/documents.ts'
import { openReplica, type Replica } from '#lib/sync/replica.ts'
import { envelopeBytes, signEntry, type Envelope } from '#lib/wire/entry.ts'
import type { Voice } from './hostile-family.ts'
import { connectProved } from './relay-client.ts'
import type { SimulatedDevice } from './simulated-device.ts'

export interface HostileVoice {
  readonly id: DeviceId
  readonly replica: Replica
  /** A change that Automerge makes of an edit, and no rule looked at. */
  changeOf(doc: DocId, edit: Edit): Bytes
  /** Signs, seals (for a document) and appends an entry on top of all that is known; throws where the relay refuses it. */
  send(kind: 'bundle' | 'talk' | 'op', doc: DocId | null, body: Bytes): Promise<void>
  /** The next entry has the number of the last one. */
  repeatNumber(): void
  close(): Promise<void>
}

/** Ends a member's app and goes on with what it kept. */
export async function takeOver(
  device: SimulatedDevice,
  place: { readonly group: GroupId; readonly origin: string },
): Promise<HostileVoice> {
  const { group, origin } = place
  await device.close()
  const store = await createDeviceStore(device.disk.mount()).openGroup(group)
  const { entries, documents, keys } = store
  const replica = await openReplica({ group, entries, documents, keys })
  const seed = replica.secrets().device?.signSeed
  if (seed === undefined) throw new Error('only a member can be taken over')
  const id = toHex(publicKeyOfSeed(seed)) as Voice['id']
  const voice: Voice = { id, seed, seq: replica.log.graph.authors().get(id) ?? 0 }
  const { connection } = await connectProved(origin, group, voice)

  const append = async (entry: Bytes): Promise<void> => {
    const answer = await connection.append(entry)
    if (answer.t !== 'appended') throw new Error(`the relay refused it: ${answer.say}`)
  }
  // What the app had no time to deliver: all that follows names it, and would wait for it for ever.
  const own = [...replica.log.records()].filter(({ author }) => author === voice.id)
  for (const bytes of await entries.bytes(own.map((record) => record.id)))
    if (bytes) await append(bytes)

  const sealed = (envelope: Envelope, body: Bytes): Promise<Bytes> => {
    const { epoch, doc } = envelope
    const key = epoch && doc ? replica.ring.documentKey(epoch, doc) : null
    return key === null ? Promise.resolve(body) : seal(key, body, envelopeBytes(envelope))
  }

  return {
    id,
    replica,
    changeOf(doc, edit) {
      const change = replica.documents.draft(doc, createActor(voice.id, doc), edit)
      if (change === null) throw new Error('the edit changes something')
      return change
    },
    async send(kind, doc, body) {
      const epoch = replica.state()?.cleanEpoch
      const named = { group, author: voice.id, seq: ++voice.seq }
      const envelope: Envelope = {
        ...{ ...named, kind, after: replica.log.graph.heads() },
        ...(epoch && doc !== null && { doc, epoch }),
      }
      const entry = signEntry(envelope, await sealed(envelope, body), voice.seed)
      await append(entry.bytes)
    },
    repeatNumber() {
      voice.seq--
    },
    async close() {
      connection.close()
      await replica.close()
    },
  }
}

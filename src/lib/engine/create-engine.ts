/**
 * The engine: every part constructed once, in order, and the API that screens call.
 *
 * A newcomer starts here: devices (storage) → groups (engine-groups.ts, one group-session.ts each: replica,
 * connections, index, imports) → the acts (founding, visiting, joining, inviting, album-acts).
 */
import type { DocId, GroupId } from '#lib/base/ids.ts'
import { err, type Result } from '#lib/base/result.ts'
import { createDownloadedMedia, mediaApi } from './downloaded-media.ts'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { isMember } from '#lib/sync/connections.ts'
import { setCaption } from './album-acts.ts'
import { createAlbumEngine } from './album-engine.ts'
import type { ChosenFile, EngineApi } from './api.ts'
import { createArchiveEngine } from './archive-engine.ts'
import { createDeviceEngine } from './device-engine.ts'
import { createEngineGroups, type EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import { createForkEngine } from './fork-engine.ts'
import { foundGroup } from './founding.ts'
import type { GroupSession } from './group-session.ts'
import { inviteTo } from './inviting.ts'
import { itemDetailsOf } from './item-details.ts'
import { createItemEngine } from './item-engine.ts'
import { joinVisited } from './joining.ts'
import { createKeeping } from './keeping.ts'
import { createMemberEngine } from './member-engine.ts'
import { safetyOf } from './safety.ts'
import { createStorageEngine } from './storage-engine.ts'
import { createTalkEngine } from './talk-engine.ts'
import { runImport, takeAllIn } from './taking-in.ts'
import { createTelling } from './telling.ts'
import { visitByLink } from './visiting.ts'

export interface Engine extends EngineApi {
  /** The platform says that there is network again: try now instead of later. */
  signalIsBack(): void
  close(): Promise<void>
}

/** Title of the album that every new group begins with. */
const firstAlbumTitle = 'Our photos'

type NoMember = { readonly kind: 'unknown' | 'not-allowed' }
type StorageTrouble = { readonly kind: 'storage-full' | 'storage-unavailable' }

/** Constructs the engine and begins to open the groups of this device. */
export function createEngine(parts: EngineParts): Engine {
  const { zips, listeners, emit, subscribe, stop } = createTelling(parts)
  const groups = createEngineGroups(parts, emit)
  const keeping = createKeeping({ groups, parts, emit, listeners })
  const started = parts.prepare().then(() => groups.start())
  const media = createDownloadedMedia(groups)

  const kickAll = (): void => {
    for (const { connections } of groups.sessions()) connections.kick()
  }

  /** Platform failures become the words that screens have for them; bugs go on to the last-resort hook. */
  const guarded = async <T, E extends { readonly kind: string }>(
    act: () => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StorageTrouble>> => {
    await started
    try {
      return await act()
    } catch (cause) {
      if (!(cause instanceof StorageProblem)) throw cause
      if (cause.kind === 'full') groups.setTrouble('storage-full')
      return err({ kind: cause.kind === 'full' ? 'storage-full' : 'storage-unavailable' })
    }
  }

  const inGroup = <T, E extends { readonly kind: string }>(
    group: GroupId,
    act: (session: GroupSession) => Promise<Result<T, E>>,
  ): Promise<Result<T, E | StorageTrouble | NoMember>> =>
    guarded<T, E | NoMember>(async () => {
      const session = groups.session(group)
      if (session === null) return err({ kind: 'unknown' })
      return isMember(session.replica) ? act(session) : err({ kind: 'not-allowed' })
    })

  const devices = createDeviceEngine({ parts, groups, inGroup, guarded, started })

  const takeIn = (session: GroupSession, album: DocId, files: readonly ChosenFile[]) =>
    takeAllIn(session, { album, files }, { groups, parts, stay: () => devices.stay() })

  return {
    ...createMemberEngine({ parts, groups, inGroup, started }),
    ...createForkEngine({ parts, groups, inGroup, started, albumTitle: firstAlbumTitle }),
    ...createItemEngine({ groups, inGroup, media, clock: parts.clock }),
    ...createTalkEngine({ groups, inGroup, started, clock: parts.clock }),
    ...devices,
    ...createAlbumEngine({ parts, groups, inGroup, guarded, started }),
    ...createStorageEngine({ parts, groups, inGroup, started, tending: keeping }),
    ...mediaApi(media, started),
    ...createArchiveEngine({ parts, groups, media, started, inGroup, takeIn, zips }),
    async overview() {
      await started
      return { groups: groups.cards(), safety: await safetyOf(groups, parts, keeping) }
    },
    startGroup: (input) =>
      guarded(async () => {
        if (input.groupName.trim() === '' || input.memberName.trim() === '')
          return err({ kind: 'empty-name' })
        await parts.tabs.claim()
        const founded = await foundGroup(parts, {
          ...input,
          groupName: input.groupName.trim(),
          memberName: input.memberName.trim(),
          albumTitle: firstAlbumTitle,
          deviceName: parts.deviceName,
        })
        if (!founded.ok) return founded
        await groups.open(founded.value.group)
        await groups.list(founded.value.group)
        return founded
      }),
    openInvitation: (link) =>
      guarded(async () => {
        await parts.tabs.claim()
        return visitByLink(parts, groups, link)
      }),
    joinGroup: ({ group, memberName, agreement }) =>
      guarded(async () => {
        const session = groups.session(group)
        if (session === null) return err({ kind: 'unknown-group' })
        if (memberName.trim() === '') return err({ kind: 'empty-name' })
        await parts.tabs.claim()
        const joined = await joinVisited(session, {
          name: memberName.trim(),
          sinceMs: parts.clock(),
          agreement: agreement ?? '',
          deviceName: parts.deviceName,
        })
        if (joined.ok) await groups.list(group)
        else if (joined.error.kind === 'not-valid-any-more') await groups.forget(group)
        return joined
      }),
    async endVisit(group) {
      await started
      const session = groups.session(group)
      if (session !== null && !isMember(session.replica)) await groups.forget(group)
    },
    setCaption: ({ group, item, caption }) =>
      inGroup(group, (session) => setCaption(session, item, caption)),
    addPhotos: ({ group, album, files }) =>
      inGroup(group, (session) => takeIn(session, album, files)),
    async setImportPaused(paused) {
      await started
      for (const session of groups.sessions()) {
        await session.imports.setPaused(paused)
        runImport(session, parts)
      }
    },
    async cancelImport() {
      const sessions = groups.sessions()
      const shots = await zips.cancelAll(sessions)
      for (const session of sessions) runImport(session, parts)
      return { shots }
    },
    invite: ({ group, role, uses, days }) =>
      guarded(async () => {
        const session = groups.session(group)
        if (session === null) return err({ kind: 'not-allowed' })
        return inviteTo(session, { role, uses, days }, parts.clock())
      }),
    async details({ group, item }) {
      await started
      const session = groups.session(group)
      return session === null ? null : itemDetailsOf(session, item, parts.clock())
    },
    diagnostics: () => started.then(() => diagnosticsOf(groups)),
    setVisible(visible) {
      parts.tabs.setVisible(visible)
      if (visible) kickAll()
      return Promise.resolve()
    },
    signalIsBack: kickAll,
    subscribe(listener) {
      subscribe(listener)
      return Promise.resolve()
    },
    async close() {
      keeping.stop()
      stop()
      await started
      await groups.close()
      await parts.devices.close()
    },
  }
}

async function diagnosticsOf(groups: EngineGroups): ReturnType<EngineApi['diagnostics']> {
  const sessions = groups.sessions()
  const quarantined = await Promise.all(
    sessions.map(async ({ group, store }) =>
      (await store.entries.records()).flatMap(({ id, quarantine }) =>
        quarantine === null ? [] : [{ group, entry: id, reason: quarantine }],
      ),
    ),
  )
  const withheld = sessions.flatMap(({ group, replica }) =>
    [...replica.log.graph.missing()].map((entry) => ({ group, entry })),
  )
  return { quarantined: quarantined.flat(), withheld }
}

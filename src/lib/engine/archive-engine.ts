/** The part of the engine that screens ask about zips: archive-api.ts over the open groups. */
import { err, ok } from '#lib/base/result.ts'
import type { ArchiveApi } from './archive-api.ts'
import type { DownloadedMedia } from './downloaded-media.ts'
import type { EngineGroups } from './engine-groups.ts'
import type { EngineParts } from './engine-parts.ts'
import { planExport, zipNameOf } from './export-plan.ts'
import { createZipEngine, type ZipEngineParts } from './zip-engine.ts'
import { createExporting, type Exporting } from './exporting.ts'

export interface ArchiveEngineParts extends ZipEngineParts {
  readonly parts: EngineParts
  readonly groups: Pick<EngineGroups, 'session'>
  readonly media: Pick<DownloadedMedia, 'open'>
  readonly started: Promise<void>
}

/** Every call of archive-api.ts. */
export function createArchiveEngine(all: ArchiveEngineParts): ArchiveApi {
  const { parts, groups, media, started } = all
  const exports = new Map<string, Exporting>()
  const { clock, online } = parts
  return {
    ...createZipEngine(all),
    async planExport({ wishes, words }) {
      await started
      const plan = planExport(wishes, (group) => groups.session(group))
      if (plan === null) return err({ kind: 'unknown' })
      if (plan.photos === 0) return err({ kind: 'nothing-there' })
      const id = crypto.randomUUID()
      exports.set(id, createExporting(plan, words, { media, clock, online }))
      const { photos, bytes, title } = plan
      return ok({ id, photos, bytes, name: zipNameOf(title ?? words.photos, clock()) })
    },
    exportPiece: async (id) => (await exports.get(id)?.next()) ?? null,
    async endExport(id) {
      const exporting = exports.get(id)
      exports.delete(id)
      await exporting?.stop()
    },
  }
}

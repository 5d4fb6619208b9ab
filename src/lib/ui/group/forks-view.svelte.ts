/** New groups that were made out of this person's groups, kept up to date while a screen shows them. */
import type { ForkApi } from '#lib/engine/fork-api.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { Followed } from '#lib/ui/shared/followed.svelte.ts'

export class ForksView extends Followed<Awaited<ReturnType<ForkApi['forks']>>> {
  constructor(app: App) {
    super(app, () => app.client.engine.forks())
  }
}

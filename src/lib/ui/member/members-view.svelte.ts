/** The people of one group, kept up to date while a screen shows them. */
import type { GroupId } from '#lib/base/ids.ts'
import type { LeavingFacts, MembersOverview } from '#lib/engine/member-api.ts'
import type { App } from '#lib/ui/shared/app.svelte.ts'
import { Followed } from '#lib/ui/shared/followed.svelte.ts'

/** Who is in a group. */
export class MembersView extends Followed<MembersOverview | null> {
  constructor(app: App, group: GroupId) {
    super(app, () => app.client.engine.members(group))
  }
}

/** What to know before leaving a group. */
export class LeavingView extends Followed<LeavingFacts | null> {
  constructor(app: App, group: GroupId) {
    super(app, () => app.client.engine.leaving(group))
  }
}

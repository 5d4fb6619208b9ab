/** `/g/:group/uploads`: tus, for those who may add photos. */
import type { Context, Hono } from 'hono'
import type { Uploads } from '#relay/blobs/uploads.ts'
import type { GroupRegistry } from '#relay/groups/group-registry.ts'
import { accessStatus, entitledToUpload } from './access.ts'
import { answerRefusal, type RelayEnv } from './answers.ts'
import type { BlobRouteParts } from './blob-routes.ts'

/** Hono looks for HEAD under GET. */
const METHODS = ['POST', 'GET', 'PATCH', 'DELETE']

export interface UploadRouteParts extends BlobRouteParts {
  readonly uploads: Uploads
  readonly groups: GroupRegistry
}

/** Adds the routes. */
export function addUploadRoutes(app: Hono<RelayEnv>, parts: UploadRouteParts): void {
  const handle = async (c: Context<RelayEnv>) => {
    const found = entitledToUpload(c, parts)
    if (!found.ok) return answerRefusal(c, found.error, accessStatus(found.error))
    parts.bodies.cutOffWhenSilent(c)
    const { group, access } = found.value
    const incoming = parts.groups.incomingFolder(group.id)
    const answer = await parts.uploads.handle(c.req.raw, { group, incoming, by: access.member })
    return new Response(answer.body, answer)
  }
  app.on(METHODS, '/g/:group/uploads', handle)
  app.on(METHODS, '/g/:group/uploads/:upload', handle)
}

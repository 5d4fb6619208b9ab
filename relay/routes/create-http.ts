/**
 * The HTTP side: every route in order, CORS, and one last resort for failures.
 *
 * CORS    open for /relay and everything below /g: apps of other origins use this relay with bearer
 *         tokens, never cookies (docs/design.md §11)
 * Errors  a handler that throws is answered with 503 'broken' and logged by kind
 */
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import type { AppFiles } from '#relay/app/app-files.ts'
import { refusal } from '#relay/feed/refusal.ts'
import { failureFacts, type Logger } from '#relay/logger.ts'
import { answerRefusal, type RelayEnv } from './answers.ts'
import { addAppRoutes } from './app-routes.ts'
import { addBlobRoutes } from './blob-routes.ts'
import { addHostingRoutes, type HostingParts } from './hosting-routes.ts'
import { addManyBlobsRoutes } from './many-blobs-routes.ts'
import { addSessionRoutes, type SessionRouteParts } from './session-routes.ts'
import { addUploadRoutes, type UploadRouteParts } from './upload-routes.ts'

export interface HttpParts {
  readonly hosting: HostingParts
  readonly session: SessionRouteParts
  readonly uploads: UploadRouteParts
  readonly appFiles: AppFiles
  readonly origin: string
  readonly logger: Logger
}

/** The relay's Hono app, usable without a socket by `app.request()`. */
export function createHttp(parts: HttpParts): Hono<RelayEnv> {
  const app = new Hono<RelayEnv>()
  app.onError((cause, c) => {
    parts.logger.error({ method: c.req.method, ...failureFacts(cause) }, 'a request failed')
    return answerRefusal(c, refusal('broken'))
  })
  for (const path of ['/relay', '/g', '/g/*']) app.use(path, openToAll())
  app.get('/healthz', (c) => c.text('ok\n', 200, { 'cache-control': 'no-store' }))
  addHostingRoutes(app, parts.hosting)
  addSessionRoutes(app, parts.session)
  addUploadRoutes(app, parts.uploads)
  addManyBlobsRoutes(app, parts.uploads)
  addBlobRoutes(app, parts.uploads)
  app.all('/g/*', (c) => answerRefusal(c, refusal('malformed', 'There is no such path.'), 404))
  addAppRoutes(app, parts.appFiles, parts.origin)
  return app
}

function openToAll() {
  return cors({
    origin: '*',
    allowMethods: ['GET', 'HEAD', 'PUT', 'POST', 'PATCH', 'DELETE'],
    allowHeaders: [
      ...['Authorization', 'Content-Type', 'Range', 'If-Range', 'If-None-Match'],
      ...['Tus-Resumable', 'Upload-Length', 'Upload-Offset', 'Upload-Metadata'],
    ],
    exposeHeaders: [
      ...['Content-Length', 'Content-Range', 'Accept-Ranges', 'ETag', 'Location', 'Retry-After'],
      ...['Tus-Resumable', 'Tus-Version', 'Upload-Offset', 'Upload-Length'],
    ],
    maxAge: 86_400,
  })
}

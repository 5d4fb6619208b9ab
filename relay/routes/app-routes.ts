/**
 * The app itself: its files, and its shell page for every address that only the app knows.
 *
 * Caching  files under /_app/immutable for ever; everything else is asked for again each time, so
 *          that a new build is noticed (the service worker keeps the app for offline use)
 * Errors   404 in plain words for what looks like a file, and for whatever belongs to the relay
 */
import { readFile } from 'node:fs/promises'
import type { Context, Hono } from 'hono'
import { encodedPath, type AppFile, type AppFiles } from '#relay/app/app-files.ts'
import { appHeaders } from '#relay/app/content-security-policy.ts'
import type { RelayEnv } from './answers.ts'

const RELAY_PATHS = /^\/(?:g|p|relay|healthz|readyz|metrics|_app)(?:\/|$)/
/** Addresses of the app; nothing with a dot, which would be a file, and nothing percent-encoded. */
const APP_PATH = /^\/[\w~/-]*$/
const NO_APP = 'The app is not built. Run `npm start`, or point MANTEL_APP to a build.\n'

/** Adds the routes; last, since they answer every path. */
export function addAppRoutes(app: Hono<RelayEnv>, appFiles: AppFiles, origin: string): void {
  const headers = appHeaders(origin, appFiles.scriptHashes)
  app.get('*', async (c) => {
    const file = fileFor(c.req.path, appFiles)
    if (file !== null) return sendFile(c, file, headers)
    if (appFiles.shell === null && c.req.path === '/') return c.text(NO_APP, 503)
    return c.text('Nothing here.\n', 404)
  })
  app.all('*', (c) => c.text('Nothing here takes that.\n', 405))
}

function fileFor(path: string, { files, shell }: AppFiles): AppFile | null {
  const file = files.get(path)
  if (file !== undefined) return file
  const isOfApp = APP_PATH.test(path) && !RELAY_PATHS.test(path)
  return isOfApp ? shell : null
}

async function sendFile(
  c: Context<RelayEnv>,
  file: AppFile,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  for (const [name, value] of Object.entries(headers)) c.header(name, value)
  c.header('etag', file.etag)
  c.header('vary', 'accept-encoding')
  c.header('cache-control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache')
  if (c.req.header('if-none-match')?.includes(file.etag) === true) return c.body(null, 304)
  const encoding = bestEncoding(file, c.req.header('accept-encoding') ?? '')
  if (encoding !== null) c.header('content-encoding', encoding)
  c.header('content-type', file.type)
  const bytes = new Uint8Array(await readFile(encodedPath(file, encoding)))
  c.header('content-length', String(bytes.length))
  return c.body(bytes)
}

function bestEncoding(file: AppFile, accepted: string): 'br' | 'gzip' | null {
  const offers = accepted.split(',').map((offer) => offer.trim().toLowerCase())
  const isAccepted = (name: string) =>
    offers.some(
      (offer) => offer === name || (offer.startsWith(`${name};`) && !/q=0(?:\.0*)?$/.test(offer)),
    )
  return file.encodings.find(isAccepted) ?? null
}

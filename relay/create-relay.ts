/**
 * Composition root: every part of a relay, constructed once and in order.
 *
 * Used by `relay/main.ts` as a process and by tests inside theirs.
 * Errors  rejects with the system's error where the port is taken or the folder cannot be written
 */
import { getRequestListener } from '@hono/node-server'
import { mkdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { platformRandom, type Random } from '#lib/base/ids.ts'
import { platformClock, secondMs, type Clock } from '#lib/base/time.ts'
import { readAppFiles } from './app/app-files.ts'
import { createUploads } from './blobs/uploads.ts'
import type { Config } from './config.ts'
import { createAccessTokens } from './feed/access-tokens.ts'
import { createFeedSockets, type FeedSockets } from './feed/feed-socket.ts'
import { createChallenges, createHandshake } from './feed/handshake.ts'
import { createRenewals } from './feed/renewals.ts'
import { createSlowdown } from './feed/slowdown.ts'
import { createDisk, freeBytesAt } from './groups/disk.ts'
import { createGroupRegistry } from './groups/group-registry.ts'
import { openIdentity, type Identity } from './identity.ts'
import { createLogger, type Logger } from './logger.ts'
import { createBodies, usualBodyLimits, type BodyLimits } from './routes/bodies.ts'
import { createHttp } from './routes/create-http.ts'

/** What tests may turn. */
export interface RelaySurroundings {
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly bodyLimits: BodyLimits
  /** Told the address to open whenever a hosting code was used and the next one is valid. */
  readonly onNewCode: (hostingUrl: string) => void
}

export interface Relay {
  /** Origin under which devices reach it. */
  readonly origin: string
  /** The port that was opened. */
  readonly port: number
  /** The address to open, with a hosting code in it unless hosting is open. */
  hostingUrl(): string
  /** Stops taking requests, finishes what was begun, closes every file. */
  close(): Promise<void>
}

/** Starts a relay; resolves when it answers. */
export async function createRelay(
  config: Config,
  given: Partial<RelaySurroundings> = {},
): Promise<Relay> {
  const surroundings: RelaySurroundings = {
    clock: given.clock ?? platformClock,
    random: given.random ?? platformRandom,
    logger: given.logger ?? createLogger(config.log),
    bodyLimits: given.bodyLimits ?? usualBodyLimits,
    onNewCode: given.onNewCode ?? (() => undefined),
  }
  const { clock, random, logger } = surroundings
  await mkdir(join(config.dataDir, 'groups'), { recursive: true, mode: 0o700 })
  const identity = openIdentity(config.dataDir, random, clock)
  // How long a body may take depends on what it is (routes/bodies.ts).
  const server = createServer({ headersTimeout: 15 * secondMs, requestTimeout: 0 })
  const port = await listen(server, config, identity)
  const origin = config.origin ?? `http://localhost:${port}`

  const inside = compose(config, surroundings, { identity, origin })
  const answer = getRequestListener(inside.http.fetch)
  server.on('request', (request, response) => void answer(request, response))
  server.on('upgrade', inside.sockets.upgrade)
  logger.info({ port, hosting: config.hosting, relay: identity.key.id }, 'listening')

  const close = async () => {
    await stopAnswering(server, inside.sockets)
    await inside.groups.close()
    identity.close()
    logger.info({}, 'stopped')
  }
  return { origin, port, hostingUrl: () => addressToOpen(config, origin, identity), close }
}

/** Everything between the sockets and the disk. */
function compose(
  config: Config,
  { clock, random, logger, bodyLimits, onNewCode }: RelaySurroundings,
  { identity, origin }: { readonly identity: Identity; readonly origin: string },
) {
  const { key, codes } = identity
  const { dataDir, groupIdleMs: idleMs, groupQuotaBytes: quotaBytes, hosting } = config
  const { minFreeBytes } = config
  const disk = createDisk({ minFreeBytes, clock, free: () => freeBytesAt(dataDir) })
  const groups = createGroupRegistry({
    ...{ dataDir, quotaBytes, disk, idleMs },
    ...{ mayRenew: createRenewals(clock), random, clock, logger },
  })
  const tokens = createAccessTokens(random, clock)
  const handshake = createHandshake({ key, tokens, random, clock })
  const challenges = createChallenges(random, clock)
  const limits = config
  const slowdown = createSlowdown(clock)
  const sockets = createFeedSockets({
    ...{ groups, handshake, limits, slowdown },
    ...{ name: key.id, clock, logger },
  })
  const onHosted = () => onNewCode(addressToOpen(config, origin, identity))
  const bodies = createBodies(bodyLimits)
  const http = createHttp({
    hosting: { key, codes, hosting, origin, groups, bodies, clock, logger, onHosted },
    session: { groups, handshake, challenges, slowdown, bodies, clock },
    uploads: { groups, tokens, bodies, uploads: createUploads() },
    ...{ appFiles: readAppFiles(config.appDir), origin, logger },
  })
  return { groups, sockets, http }
}

async function stopAnswering(server: Server, sockets: FeedSockets): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  await sockets.close()
  server.closeIdleConnections()
  const impatient = setTimeout(() => server.closeAllConnections(), 5 * secondMs)
  await closed
  clearTimeout(impatient)
}

/** Rejects with the system's code (EADDRINUSE, …) where the port cannot be opened. */
function listen(server: Server, { port, host }: Config, identity: Identity): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      identity.close()
      reject(cause)
    })
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port))
  })
}

function addressToOpen({ hosting }: Config, origin: string, { codes }: Identity): string {
  return hosting === 'open' ? `${origin}/` : `${origin}/#host=${codes.current()}`
}

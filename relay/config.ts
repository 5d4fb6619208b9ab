/**
 * The relay's settings: environment variables with defaults, at most twenty.
 *
 * Shape   `Config`; docs/relay.md has the same table in words
 * Units   bytes and milliseconds, as the names say; 0 switches a quota off
 * Errors  `parseConfig` gives one sentence per mistake; an unknown MANTEL_ variable is a mistake
 *         (a misspelt quota must not silently be none). MANTEL_DEV_ belongs to Vite and is ignored.
 */
import { fileURLToPath } from 'node:url'
import { resolve } from 'node:path'
import * as v from 'valibot'
import { err, ok, type Result } from '#lib/base/result.ts'

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const

/** Everything that can be set from outside. */
export interface Config {
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** Null: `http://localhost:<port>`, with the port that was really opened. */
  readonly origin: string | null
  readonly hosting: 'code' | 'open'
  readonly appDir: string
  readonly log: (typeof logLevels)[number]
  readonly groupQuotaBytes: number
  readonly minFreeBytes: number
  readonly maxGroupConnections: number
  readonly maxConnections: number
  readonly groupIdleMs: number
}

/** What is wrong with the environment, one sentence each. */
export interface ConfigProblem {
  readonly kind: 'config'
  readonly sentences: readonly string[]
}

/** The settings in an environment (`process.env`). */
export function parseConfig(environment: Environment): Result<Config, ConfigProblem> {
  const given = Object.entries(environment).filter(
    ([name, value]) => isOurs(name) && value !== undefined && value !== '',
  )
  const parsed = v.safeParse(settings, Object.fromEntries(given))
  if (!parsed.success) return err({ kind: 'config', sentences: parsed.issues.map(explainIssue) })
  return ok(toConfig(parsed.output))
}

type Environment = Readonly<Record<string, string | undefined>>

function isOurs(name: string): boolean {
  return name.startsWith('MANTEL_') && !name.startsWith('MANTEL_DEV_')
}

const wholeNumber = (least: number, most: number, what: string) =>
  v.pipe(
    v.string(),
    v.regex(/^\d{1,15}$/, `must be ${what}`),
    v.transform(Number),
    v.minValue(least, `must be ${what}`),
    v.maxValue(most, `must be ${what}`),
  )
const text = (sentence: string) => v.pipe(v.string(), v.trim(), v.nonEmpty(sentence))
const byteCount = wholeNumber(0, Number.MAX_SAFE_INTEGER, 'a number of bytes, 0 for no limit')
const connectionCount = wholeNumber(1, 100_000, 'a number from 1 to 100000')

const settings = v.strictObject({
  MANTEL_PORT: v.optional(wholeNumber(0, 65_535, 'a port from 0 to 65535'), '4600'),
  MANTEL_HOST: v.optional(text('must be an address to listen on'), 'localhost'),
  MANTEL_DATA: v.optional(text('must be a folder'), './data'),
  MANTEL_ORIGIN: v.optional(
    v.pipe(v.string(), v.check(isOrigin, 'must look like https://photos.example, without a path')),
  ),
  MANTEL_HOSTING: v.optional(v.picklist(['code', 'open'], "must be 'code' or 'open'"), 'code'),
  MANTEL_APP: v.optional(
    text('must be a folder'),
    fileURLToPath(new URL('../build', import.meta.url)),
  ),
  MANTEL_LOG: v.optional(v.picklist(logLevels, `must be one of ${logLevels.join(', ')}`), 'info'),
  MANTEL_GROUP_QUOTA_BYTES: v.optional(byteCount, '0'),
  MANTEL_MIN_FREE_BYTES: v.optional(byteCount, String(512 * 1024 * 1024)),
  MANTEL_GROUP_CONNECTIONS: v.optional(connectionCount, '500'),
  MANTEL_CONNECTIONS: v.optional(connectionCount, '5000'),
  MANTEL_IDLE_SECONDS: v.optional(wholeNumber(1, 86_400, 'seconds from 1 to 86400'), '120'),
})

function toConfig(set: v.InferOutput<typeof settings>): Config {
  return {
    port: set.MANTEL_PORT,
    host: set.MANTEL_HOST,
    dataDir: resolve(set.MANTEL_DATA),
    origin: set.MANTEL_ORIGIN === undefined ? null : new URL(set.MANTEL_ORIGIN).origin,
    hosting: set.MANTEL_HOSTING,
    appDir: resolve(set.MANTEL_APP),
    log: set.MANTEL_LOG,
    groupQuotaBytes: set.MANTEL_GROUP_QUOTA_BYTES,
    minFreeBytes: set.MANTEL_MIN_FREE_BYTES,
    maxGroupConnections: set.MANTEL_GROUP_CONNECTIONS,
    maxConnections: set.MANTEL_CONNECTIONS,
    groupIdleMs: set.MANTEL_IDLE_SECONDS * 1000,
  }
}

function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const isHttp = url.protocol === 'https:' || url.protocol === 'http:'
  return isHttp && (text === url.origin || text === `${url.origin}/`)
}

function explainIssue(issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue) ?? 'MANTEL_…'
  return issue.type === 'strict_object'
    ? `${name} is not a setting of Mantel; docs/relay.md lists them all.`
    : `${name} ${issue.message}.`
}

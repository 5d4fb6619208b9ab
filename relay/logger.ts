/**
 * JSON lines on standard error. They carry kinds, ids and counts; never contents, IP addresses,
 * names, fragments, tokens or query strings (docs/design.md §11).
 */
import { pino, destination } from 'pino'
import type { Config } from './config.ts'

/** What parts of the relay may say. */
export interface Logger {
  debug(facts: LogFacts, sentence: string): void
  info(facts: LogFacts, sentence: string): void
  warn(facts: LogFacts, sentence: string): void
  error(facts: LogFacts, sentence: string): void
}

export type LogFacts = Readonly<Record<string, string | number | boolean>>

/** A logger of that level; standard output stays free for the address to open. */
export function createLogger(level: Config['log']): Logger {
  return pino({ level, base: null }, destination({ fd: 2, sync: true }))
}

/** Facts of a caught failure: its code or name, never its text, which may hold a path or a name. */
export function failureFacts(cause: unknown): LogFacts {
  if (!(cause instanceof Error)) return { failure: typeof cause }
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name
  return { failure: code }
}

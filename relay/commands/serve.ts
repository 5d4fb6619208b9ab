/** `serve`: runs the relay until it is told to stop. */
import type { Config } from '#relay/config.ts'
import { createRelay, type Relay } from '#relay/create-relay.ts'

/** Starts, prints the address to open, and stops cleanly on SIGINT and SIGTERM. */
export async function serve(config: Config): Promise<void> {
  const print = (url: string) => process.stdout.write(`Another group can be started at ${url}\n`)
  try {
    const relay = await createRelay(config, { onNewCode: print })
    process.stdout.write(`Mantel is ready: ${relay.hostingUrl()}\n`)
    stopOnSignal(relay)
  } catch (cause) {
    process.stderr.write(`${explainStart(cause, config)}\n`)
    process.exitCode = 1
  }
}

function stopOnSignal(relay: Relay): void {
  let isStopping = false
  const stop = () => {
    if (isStopping) process.exit(1)
    isStopping = true
    void relay.close().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
}

function explainStart(cause: unknown, config: Config): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${config.port} is in use. Stop what uses it, or set MANTEL_PORT to another.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address '${config.host}'; set MANTEL_HOST to one it has.`
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'EEXIST':
    case 'ERR_SQLITE_ERROR':
      return `The folder ${config.dataDir}, or the port, cannot be used (${code}). Set MANTEL_DATA to a folder that this user may write.`
    default:
      return `The relay did not start: ${cause instanceof Error ? cause.message : String(cause)}`
  }
}

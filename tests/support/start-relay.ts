/** A real relay process on a free port with a data folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHostingCode } from '#lib/wire/link.ts'

const ROOT = join(import.meta.dirname, '../..')

export interface RunningRelay {
  readonly origin: string
  readonly port: number
  readonly dataDir: string
  /** An unused code as printed at the last start, null where hosting is open. */
  hostingCode(): string | null
  readonly pid: () => number
  /** What it wrote to standard error so far. */
  log(): string
  /** Ends the process and waits for it; SIGTERM lets it finish what it began. */
  kill(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again (after ending it) on the same port and folder. */
  restart(signal?: NodeJS.Signals): Promise<void>
  /** Ends it and removes its folder. */
  dispose(): Promise<void>
}

/** Starts a relay; `environment` adds or overrides MANTEL_ settings. */
export async function startRelay(environment: Record<string, string> = {}): Promise<RunningRelay> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mantel-relay-'))
  const port = await freePort()
  const settings = {
    MANTEL_PORT: String(port),
    MANTEL_DATA: dataDir,
    MANTEL_MIN_FREE_BYTES: '0',
    NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/relay'),
    ...environment,
  }
  let earlierLog = ''
  let running = await spawnRelay(settings)
  const kill = async (signal: NodeJS.Signals = 'SIGTERM') => {
    const { process: child } = running
    if (child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill(signal)
    await ended
  }
  return {
    origin: environment.MANTEL_ORIGIN ?? `http://localhost:${port}`,
    port,
    dataDir,
    hostingCode: () => parseHostingCode(new URL(running.address).hash),
    pid: () => running.process.pid ?? 0,
    log: () => earlierLog + running.log(),
    kill,
    restart: async (signal) => {
      await kill(signal)
      earlierLog += running.log()
      running = await spawnRelay(settings)
    },
    dispose: async () => {
      await kill('SIGKILL')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

interface Spawned {
  readonly process: ChildProcess
  /** The address it printed. */
  readonly address: string
  log(): string
}

async function spawnRelay(settings: Record<string, string>): Promise<Spawned> {
  const node = join(ROOT, 'node_modules/.bin/node')
  const args = ['--disable-warning=ExperimentalWarning', 'relay/main.ts', 'serve']
  const child = spawn(node, args, {
    cwd: ROOT,
    env: { ...withoutSettings(process.env), ...settings },
  })
  let said = ''
  let logged = ''
  child.stderr.on('data', (chunk: Buffer) => (logged += chunk.toString()))
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      const found = /^Mantel is ready: (\S+)$/m.exec(said)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once('exit', () => reject(new Error(`the relay ended: ${said}${logged}`)))
  })
  return { process: child, address, log: () => logged }
}

/** Whoever tests may have settings of their own relay; the one under test has only its own. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith('MANTEL_')),
  )
}

/** A port of this machine that nobody listens at. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, 'localhost', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

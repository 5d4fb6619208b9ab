/** The engine of a page: a worker that starts with the first call, and anew where it could not start. */
import { proxy, wrap, type Remote } from 'comlink'
import type { EngineApi } from './api.ts'

/** What a page calls on its own; anything else is a person's wish and starts the worker at once. */
const background: ReadonlySet<keyof EngineApi> = new Set(['subscribe', 'overview', 'setVisible'])

export interface LazyEngineOptions {
  /** Calls in the background wait until it is opened. */
  readonly gate: { readonly opened: Promise<void>; open(): void }
  readonly spawn: () => Worker
}

/** A worker, and the calls that it has not answered yet. */
interface Running {
  readonly remote: Remote<EngineApi>
  readonly waiting: Set<(cause: Error) => void>
  hasAnswered: boolean
}

/** The remote API. A call rejects where the worker cannot be started (offline, say, without its files); the next starts another. */
export function createLazyEngine({ gate, spawn }: LazyEngineOptions): EngineApi {
  let running: Running | null = null

  function start(): Running {
    const worker = spawn()
    const started: Running = { remote: wrap(worker), waiting: new Set(), hasAnswered: false }
    // Before the first answer it means that the script could not be fetched or run; later, a bug in one task of many.
    worker.addEventListener('error', () => {
      if (started.hasAnswered) return
      worker.terminate()
      if (running === started) running = null
      for (const reject of started.waiting) reject(new Error('The engine could not be started.'))
    })
    return started
  }

  return new Proxy({} as EngineApi, {
    get:
      (_, name: keyof EngineApi) =>
      async (argument: unknown): Promise<unknown> => {
        if (background.has(name)) await gate.opened
        gate.open()
        running ??= start()
        return callOn(running, name, argument)
      },
  })
}

function callOn(running: Running, name: keyof EngineApi, argument: unknown): Promise<unknown> {
  const call = running.remote[name] as (argument: unknown) => Promise<unknown>
  return new Promise((resolve, reject) => {
    running.waiting.add(reject)
    call(typeof argument === 'function' ? proxy(argument) : argument)
      .finally(() => {
        running.waiting.delete(reject)
        running.hasAnswered = true
      })
      .then(resolve, reject)
  })
}

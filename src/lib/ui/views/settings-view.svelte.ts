/** Figures of the settings screen, read when it opens and again when asked. */
import type { StorageFigures } from '#lib/engine/api.ts'
import type { Client } from '#lib/engine/client-types.ts'

export interface BuildFacts {
  readonly version: string
  readonly build: string
}

export class StorageView {
  readonly #client: Client
  #figures = $state.raw<StorageFigures | null>(null)

  constructor(client: Client) {
    this.#client = client
  }

  get figures(): StorageFigures | null {
    return this.#figures
  }

  async refresh(): Promise<void> {
    this.#figures = await this.#client.engine.storage()
  }

  /** Asks the browser to keep what is here; false where it refuses. */
  async keep(): Promise<boolean> {
    const isKept = await this.#client.keepStorage()
    await this.refresh()
    return isKept
  }
}

/** Version and build of the app in use; null in development and where the file cannot be read. */
export async function readBuildFacts(): Promise<BuildFacts | null> {
  try {
    const response = await fetch('/version.json')
    return parseBuildFacts(await response.json())
  } catch {
    // Offline before the first full visit, or a development server: the screen says so.
    return null
  }
}

function parseBuildFacts(value: unknown): BuildFacts | null {
  if (typeof value !== 'object' || value === null) return null
  if (!('version' in value) || !('build' in value)) return null
  const { version, build } = value
  return typeof version === 'string' && typeof build === 'string' ? { version, build } : null
}

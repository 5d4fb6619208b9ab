/** What the settings screen tells of the app itself. */

export interface BuildFacts {
  readonly version: string
  readonly build: string
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

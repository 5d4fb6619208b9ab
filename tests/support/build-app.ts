/** Builds the app before the first test file, once: two files that begin together would build into the same folder. */
import { join } from 'node:path'
import { ensureBuild } from '#scripts/ensure-build.ts'

export default function buildApp(): void {
  // Whoever names another app folder has built it.
  if ((process.env.MANTEL_APP ?? '') !== '') return
  if (!ensureBuild(join(import.meta.dirname, '../..')))
    throw new Error('The app could not be built.')
}

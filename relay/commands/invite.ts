/** `invite`: a hosting code for one more group, also while the relay runs. */
import { mkdir } from 'node:fs/promises'
import { platformRandom } from '#lib/base/ids.ts'
import { platformClock } from '#lib/base/time.ts'
import type { Config } from '#relay/config.ts'
import { openIdentity } from '#relay/identity.ts'

/** Prints the address to pass on. */
export async function printInvite(config: Config): Promise<void> {
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const identity = openIdentity(config.dataDir, platformRandom, platformClock)
  const origin = config.origin ?? `http://localhost:${config.port}`
  process.stdout.write(`${origin}/#host=${identity.codes.make()}\n`)
  identity.close()
}

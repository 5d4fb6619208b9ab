/** A module of this project as one script for `page.evaluate`, its exports under `bench`. */
import { build, type Rolldown } from 'vite'

export async function bundleForPage(entry: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['iife'], name: 'bench', fileName: 'bench' } },
  })
  const [output] = [built].flat() as Rolldown.RolldownOutput[]
  const chunk = output?.output[0]
  if (chunk?.type !== 'chunk') throw new Error('the bench was not bundled')
  return chunk.code
}

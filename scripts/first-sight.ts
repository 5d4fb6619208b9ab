/** Puts the script that draws the first sight (src/lib/ui/photo/draw-first-sight.ts) into the shell page. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Rolldown } from 'vite'

const ENTRY = join(import.meta.dirname, '../src/lib/ui/photo/draw-first-sight.ts')

/** Inline and first in the page's body: it needs nothing but the style sheet, and waits for no other script. */
export async function drawFirstSight(page: string): Promise<void> {
  const html = readFileSync(page, 'utf8')
  const script = `<script>${await bundle()}</script>`
  const written = html.replace(/<body[^>]*>/, (body) => `${body}${script}`)
  if (written === html) throw new Error('The shell page has no body.')
  writeFileSync(page, written)
}

async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: ENTRY, formats: ['iife'], name: 'firstSight', fileName: 'first-sight' },
    },
  })
  const [output] = [built].flat() as Rolldown.RolldownOutput[]
  const chunk = output?.output[0]
  if (chunk?.type !== 'chunk') throw new Error('The first sight was not bundled.')
  return chunk.code.trim()
}

/** Unpacks a zip by a tool that knows nothing of Mantel: `unzip`, else Python, else the library's own reader. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, openAsBlob, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js/lib/zip-core-native.js'

/** Throws where the tool finds anything wrong. Paths of all files, below `folder`. */
export async function unpackZip(zip: string, folder: string): Promise<string[]> {
  mkdirSync(folder, { recursive: true })
  const tools = [
    ['unzip', '-q', zip, '-d', folder],
    ['python3', '-m', 'zipfile', '-e', zip, folder],
  ] as const
  for (const [tool, ...args] of tools) {
    const ran = spawnSync(tool, args, { encoding: 'utf8' })
    if (ran.error !== undefined) continue
    if (ran.status !== 0) throw new Error(`${tool}: ${ran.stdout}${ran.stderr}`)
    return filesIn(folder)
  }
  await unpackByLibrary(zip, folder)
  return filesIn(folder)
}

async function unpackByLibrary(zip: string, folder: string): Promise<void> {
  const reader = new ZipReader(new BlobReader(await openAsBlob(zip)))
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue
    const bytes = await entry.getData(new Uint8ArrayWriter(), { checkSignature: true })
    mkdirSync(dirname(join(folder, entry.filename)), { recursive: true })
    writeFileSync(join(folder, entry.filename), bytes)
  }
}

function filesIn(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  return all.filter((path) => statSync(join(folder, path)).isFile()).sort()
}

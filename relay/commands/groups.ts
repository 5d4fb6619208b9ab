/** `groups`: the groups kept here, a line each: id, bytes, by tab. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseId } from '#lib/base/ids.ts'
import type { Config } from '#relay/config.ts'

/** Prints the list; an empty one where nothing is hosted yet. */
export async function printGroups(config: Config): Promise<void> {
  const folder = join(config.dataDir, 'groups')
  for (const name of await readdir(folder).catch(() => [])) {
    if (parseId('GroupId', name) === null) continue
    process.stdout.write(`${name}\t${await sizeOf(join(folder, name))}\n`)
  }
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true })
  const facts = await Promise.all(names.map((name) => stat(join(folder, name))))
  return facts.reduce((sum, each) => sum + (each.isFile() ? each.size : 0), 0)
}

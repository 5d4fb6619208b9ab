/** Writes files and reads them while garbage is collected all the time; answers how many of both came to an end. */
import { toHex } from '#lib/base/bytes.ts'
import { platformRandom } from '#lib/base/ids.ts'
import { createOpfsFiles } from '#lib/storage/opfs-files.ts'

/** As `--js-flags=--expose-gc` has it. */
declare const gc: () => void

const patienceMs = 3000

addEventListener('message', ({ data: count }: MessageEvent<number>) => void work(count))

async function work(count: number): Promise<void> {
  const files = createOpfsFiles()
  const folder = toHex(platformRandom(16))
  const paths = Array.from({ length: count }, (_, n) => [folder, String(n)])
  const written = await ended(paths.map((path) => files.write(path, new Uint8Array(100))))
  const read = await ended(paths.map((path) => files.readWhole(path, 100)))
  await files.remove([folder])
  postMessage({ written, read })
}

async function ended(acts: readonly Promise<unknown>[]): Promise<number> {
  let count = 0
  for (const act of acts) void act.then(() => (count += 1))
  const endMs = performance.now() + patienceMs
  while (count < acts.length && performance.now() < endMs) {
    gc()
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  return count
}

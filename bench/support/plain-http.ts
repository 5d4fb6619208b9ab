/** The same bytes by plain HTTP: PUT to a bare server on disk, then GET, each kept by its reader; seconds. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Uploads all files, so many at once, while a reader downloads each as soon as it is there. */
export async function timePlainHttp(files: readonly Blob[], atOnce: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'mantel-plain-'))
  const server = fork(join(import.meta.dirname, 'plain-server.ts'), [folder])
  try {
    const [port] = (await once(server, 'message')) as [number]
    const startedMs = performance.now()
    await inLanes(files, atOnce, (file, n) => putAndGet(`http://localhost:${port}/${n}`, file))
    return (performance.now() - startedMs) / 1000
  } finally {
    server.kill()
    await rm(folder, { recursive: true, force: true })
  }
}

async function putAndGet(address: string, file: Blob): Promise<void> {
  const put = await fetch(address, { method: 'PUT', body: file })
  if (put.status !== 204) throw new Error(`the plain server answered ${put.status}`)
  const got = await (await fetch(address)).arrayBuffer()
  if (got.byteLength !== file.size) throw new Error('the plain server lost bytes')
}

async function inLanes(
  files: readonly Blob[],
  lanes: number,
  work: (file: Blob, n: number) => Promise<void>,
): Promise<void> {
  const queue = [...files.entries()]
  const lane = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift())
      await work(next[1], next[0])
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

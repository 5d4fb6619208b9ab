/** A bare Node HTTP server: PUT writes a file below `argv[2]` and syncs it, GET streams it. Says its port. */
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

const folder = process.argv[2] ?? ''
const server = createServer((request, response) => {
  const path = join(folder, (request.url ?? '').replaceAll(/[^0-9a-z]/g, ''))
  if (request.method === 'GET') createReadStream(path).pipe(response)
  else
    void store(path, request).then(
      () => response.writeHead(204).end(),
      () => response.writeHead(500).end(),
    )
})
server.listen(0, 'localhost', () => process.send?.((server.address() as AddressInfo).port))

async function store(path: string, request: IncomingMessage): Promise<void> {
  const file = await open(path, 'w')
  try {
    for await (const chunk of request) await file.write(chunk as Buffer)
    await file.sync()
  } finally {
    await file.close()
  }
}

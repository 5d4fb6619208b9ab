/**
 * A bad line to a real relay: it passes every byte on, counts it, and is cut in the middle where a test says so, or goes
 * silent without being cut.
 *
 *   const line = await openCuttingProxy()
 *   const relay = await startRelay({ MANTEL_ORIGIN: line.origin })
 *   line.leadTo(relay.port)
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** `up`: to the relay; `down`: from it. */
type Way = 'up' | 'down'

export interface CuttingProxy {
  readonly origin: string
  leadTo(port: number): void
  /** How many bytes went so far, in all. */
  passed(way: Way): number
  /** How often somebody came while it was cut. */
  refused(): number
  /** Once so many more bytes have gone that way every connection is cut, and none taken until `mend`. */
  cutAfter(way: Way, bytes: number): Promise<void>
  /** Once so many more bytes have gone that way nothing passes on any connection there is, and nobody is told. */
  silentAfter(way: Way, bytes: number): Promise<void>
  mend(): void
  close(): Promise<void>
}

export async function openCuttingProxy(): Promise<CuttingProxy> {
  const passed = { up: 0, down: 0 }
  const sockets = new Set<Socket>()
  let relayPort = 0
  let refused = 0
  let isCut = false
  let plan: { way: Way; at: number; then: () => void; done: () => void } | null = null
  const deaf = new WeakSet<Socket>()

  const silence = (): void => {
    for (const socket of sockets) deaf.add(socket)
  }
  const cut = (): void => {
    isCut = true
    // What has passed arrives.
    for (const socket of sockets) socket.destroySoon()
  }
  const pass = (way: Way, from: Socket, to: Socket): void => {
    from.on('data', (bytes: Buffer) => {
      if (isCut || deaf.has(from)) return
      passed[way] += bytes.length
      if (!to.write(bytes)) {
        from.pause()
        to.once('drain', () => from.resume())
      }
      if (plan?.way !== way || passed[way] < plan.at) return
      const { then, done } = plan
      plan = null
      then()
      done()
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
    sockets.add(from)
  }
  const server = createServer((device) => {
    if (isCut) {
      refused++
      device.destroy()
      return
    }
    const relay = connect(relayPort, 'localhost')
    pass('up', device, relay)
    pass('down', relay, device)
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const after = (way: Way, bytes: number, then: () => void): Promise<void> =>
    new Promise((done) => {
      plan = { way, at: passed[way] + bytes, then, done }
    })
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    leadTo: (port) => void (relayPort = port),
    passed: (way) => passed[way],
    refused: () => refused,
    cutAfter: (way, bytes) => after(way, bytes, cut),
    silentAfter: (way, bytes) => after(way, bytes, silence),
    mend: () => void (isCut = false),
    close: () => {
      cut()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

/** Serves the app over the demo client: every screen without an engine or a relay. */
import { join } from 'node:path'
import { sveltekit } from '@sveltejs/kit/vite'
import { createServer, type ViteDevServer } from 'vite'

const root = join(import.meta.dirname, '../../..')
const demoClient = join(import.meta.dirname, 'demo-client.ts')

export async function serveDemo(port: number): Promise<ViteDevServer> {
  const vite = await createServer({
    root,
    configFile: false,
    logLevel: 'warn',
    cacheDir: 'node_modules/.vite-demo',
    plugins: [sveltekit()],
    resolve: { alias: [{ find: '#lib/engine/client.ts', replacement: demoClient }] },
    server: { port, strictPort: true, host: '127.0.0.1', hmr: false, fs: { allow: [root] } },
  })
  return vite.listen()
}

if (import.meta.main) {
  const port = Number(process.env.PORT ?? 4700)
  await serveDemo(port)
  console.log(`http://127.0.0.1:${port}  (localStorage.demo = new, empty, family, offline, …)`)
}

import { chromium } from 'playwright-core'
import { readFileSync, readdirSync } from 'node:fs'
import { startRelay } from '#tests/support/start-relay.ts'
import { BrowserDevice } from '#tests/support/browser-device.ts'
import { chromiumArgs, ensureChromium } from '#scripts/chromium.ts'
import { cameraPhotos } from '#tests/support/photos.ts'
import { writeFileSync } from 'node:fs'
function threads() {
  const out = new Map<string, number>()
  for (const p of readdirSync('/proc')) {
    if (!/^\d+$/.test(p)) continue
    try {
      const cmd = readFileSync(`/proc/${p}/cmdline`, 'latin1')
      if (!cmd.includes('chromium')) continue
      const type = /--type=([a-z]+)/.exec(cmd)?.[1] ?? 'main'
      for (const t of readdirSync(`/proc/${p}/task`)) {
        const s = readFileSync(`/proc/${p}/task/${t}/stat`, 'latin1')
        const name = s.slice(s.indexOf('(') + 1, s.lastIndexOf(')'))
        const f = s.slice(s.lastIndexOf(')') + 2).split(' ')
        const k = `${type}:${name}`
        out.set(k, (out.get(k) ?? 0) + Number(f[11]) + Number(f[12]))
      }
    } catch {}
  }
  return out
}
let last = threads()
function diff(what: string, t0: number) {
  const now = threads()
  const rows = [...now].map(([k, v]) => [k, v - (last.get(k) ?? 0)] as const).filter(([, v]) => v > 4).sort((a, b) => b[1] - a[1])
  console.log(`== ${what}: ${((performance.now() - t0) / 1000).toFixed(1)} s, cpu ${rows.reduce((s, [, v]) => s + v, 0) / 100}`)
  for (const [k, v] of rows.slice(0, 9)) console.log('   ', k, v / 100)
  last = now
}
const relay = await startRelay({ MANTEL_LOG: 'error' })
let t = performance.now()
const extra = process.argv.slice(2)
const browser = await chromium.launch({ executablePath: ensureChromium(), args: [...chromiumArgs(), '--disable-gpu', ...extra] })
diff('launch', t); t = performance.now()
const origins = new Set([relay.origin])
const ana = await BrowserDevice.open(browser, 'Ana', origins)
await ana.page.goto(relay.origin)
await ana.button('Start a group').waitFor()
diff('goto', t); t = performance.now()
await ana.startGroup(relay, 'Family')
diff('startGroup', t); t = performance.now()
await new Promise((r) => setTimeout(r, 5000))
diff('idle 5 s', t); t = performance.now()
const files = cameraPhotos(2).map(({ read }, n) => { const p = `/tmp/x/zz${n}.jpg`; writeFileSync(p, read()); return p })
await ana.addPhotos(files)
await ana.photos(2)
diff('photos', t); t = performance.now()
await new Promise((r) => setTimeout(r, 5000))
diff('idle 5 s', t); t = performance.now()
await ana.page.reload()
await ana.photos(2)
diff('reload', t); t = performance.now()
await new Promise((r) => setTimeout(r, 5000))
diff('idle 5 s', t); t = performance.now()
const link = await ana.invite('Family')
diff('invite', t); t = performance.now()
const sam = await BrowserDevice.open(browser, 'Sam', origins)
await sam.page.goto(link)
await sam.join('Family')
diff('join', t); t = performance.now()
await sam.photos(2)
diff('photos', t); t = performance.now()
await browser.close()
await relay.dispose()

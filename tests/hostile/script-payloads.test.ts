/**
 * Sam writes scripts into every text there is, and Ana looks at it in the built app. Many texts stand on one page, so
 * that a few visits see them all; a request to another host, or an error in the console, is the stage's own failure.
 */
import { expect, test } from 'vitest'
import { changeToNewAlbum } from '#lib/albums/album-document.ts'
import { encodeItemCore } from '#lib/albums/item-core.ts'
import { randomId } from '#lib/base/ids.ts'
import { groupDocId } from '#lib/crypto/derive.ts'
import { listedAlbums } from '#lib/groups/group-document.ts'
import { encodeTalk } from '#lib/groups/talk.ts'
import { encodeBundle } from '#lib/sync/bundle.ts'
import type { BrowserDevice } from '#tests/support/browser-device.ts'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { coreOf, edit } from '#tests/support/hostile-documents.ts'
import { joinAndTurn } from '#tests/support/hostile-newcomer.ts'
import type { HostileVoice } from '#tests/support/hostile-voice.ts'
import { scriptPayloads } from '#tests/support/script-payloads.ts'

const stage = createStage()
const payloads = scriptPayloads(200)

/** Notes what ran and what the policy stopped, from before the app's first line. */
async function watch(ana: BrowserDevice): Promise<void> {
  ana.page.on('dialog', (dialog) => {
    ana.troubles.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  await ana.context.addInitScript(() => {
    const ran: string[] = []
    Object.assign(window, { ran, hostile: (n: number) => ran.push(`payload ${String(n)}`) })
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      ran.push(`policy ${violatedDirective} ${blockedURI}`)
    })
  })
}

/** What ran, what the policy stopped, and elements that only a payload makes. */
async function harmIn({ page }: BrowserDevice): Promise<string[]> {
  return page.evaluate(() => {
    const made = document.querySelectorAll(
      'iframe, object, math, base[href*=stranger], [src*=stranger], [href*=stranger], [action],' +
        '[onerror], [onload], [onfocus], [ontoggle], [href^="javascript:"], meta[http-equiv=refresh]',
    )
    const { ran } = window as unknown as { ran: string[] }
    return [...ran, ...[...made].map((element) => element.outerHTML.slice(0, 200))]
  })
}

/** Those that are titles of albums, too: every shape at least once. */
const titled = payloads.slice(0, 40)

async function fillAlbums(sam: HostileVoice): Promise<void> {
  const group = groupDocId(sam.replica.group)
  const [album] = listedAlbums(sam.replica.documents.read(group))
  if (album === undefined) throw new Error('a group begins with an album')
  const albums = titled.map((title) => ({ id: randomId('DocId'), title }))
  await Promise.all(
    albums.map(({ id, title }) =>
      sam.send('bundle', id, encodeBundle([sam.changeOf(id, changeToNewAlbum(title))])),
    ),
  )
  const listed = Object.fromEntries(albums.map(({ id }, n) => [id, { added: n + 1 }]))
  await change(sam, (draft) => Object.assign(draft['albums'] ?? {}, listed))
  const items = payloads.map((text, n) => {
    const names = { name: text, camera: text, mime: text }
    const kind = n % 2 === 0 ? ('file' as const) : ('photo' as const)
    const core = coreOf({ ...names, kind, takenMs: Date.UTC(2026, 4, 1, 0, n) })
    return [sam.replica.newItemId(album), { core: encodeItemCore(core), caption: text }] as const
  })
  const fill = edit((draft) => Object.assign(draft['items'] ?? {}, Object.fromEntries(items)))
  await sam.send('bundle', album, encodeBundle([sam.changeOf(album, fill)]))
  const newest = items.at(-1)
  if (newest === undefined) throw new Error('there are payloads')
  const comments = payloads.map((text, n) =>
    encodeTalk({ type: 'comment', item: newest[0], atMs: 1e12 + n, text, of: null }),
  )
  await Promise.all(comments.map((comment) => sam.send('talk', album, comment)))
}

/** Changes the group's document past the app's own rules. */
async function change(
  sam: HostileVoice,
  by: (draft: Record<string, unknown>) => void,
): Promise<void> {
  const group = groupDocId(sam.replica.group)
  const made = sam.changeOf(
    group,
    edit((draft) => {
      by(draft)
    }),
  )
  await sam.send('bundle', group, encodeBundle([made]))
  sam.replica.documents.merge(group, [made])
}

/** The group's, the members' and the devices' names and the agreement, each another payload. */
async function rename(sam: HostileVoice, n: number): Promise<string> {
  const text = (more: number) => payloads[(n * 7 + more) % payloads.length] ?? ''
  await change(sam, (draft) => {
    draft['name'] = text(0)
    draft['agreement'] = payloads.join('\n').slice(n * 1000, 9000 + n * 1000)
    const members = Object.values(draft['members'] ?? {}) as Record<string, unknown>[]
    for (const [at, member] of members.entries()) {
      member['name'] = text(1 + at)
      for (const [key, words] of Object.entries(member))
        if (key.startsWith('device ')) (words as Record<string, unknown>)['name'] = text(4 + at)
    }
  })
  return text(0)
}

test('200 scripts in every text a member can write: none runs, and the policy has nothing to stop', async () => {
  const relay = await stage.relay()
  const ana = await stage.profile('Ana')
  await watch(ana)
  await ana.startGroup(relay, 'Family')
  const sam = await joinAndTurn(relay, await ana.invite('Family'))
  const harm: string[] = []
  const look = async () => harm.push(...(await harmIn(ana)))
  const isShown = (text: string) =>
    eventually(() => ana.page.getByText(text, { exact: true }).count()).not.toBe(0)
  await fillAlbums(sam)

  await ana.visit('Albums')
  await isShown(titled.at(-1) ?? '')
  await look()
  await ana.visit('Photos')
  await look()
  await ana.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().click()
  await ana.button('Info').click()
  for (const text of payloads.slice(-3)) await isShown(text)
  await eventually(() => ana.page.locator('.said').count()).toBe(payloads.length)
  await look()
  for (let n = 0; n < 10; n++) {
    await ana.page.keyboard.press('ArrowRight')
    await isShown(payloads.at(-2 - n) ?? '')
    await look()
  }
  await ana.page.keyboard.press('Escape')
  for (let n = 0; n < 4; n++) {
    const name = await rename(sam, n)
    await ana.visit('Groups')
    await isShown(name)
    await look()
    await ana.page.getByRole('main').getByRole('link').first().click()
    await isShown(name)
    await look()
    if (n < 3) continue
    await ana.page.getByRole('link', { name: 'All members' }).click()
    await ana.page.locator('h1').first().waitFor()
    await look()
  }
  for (const path of ['/settings', '/settings/devices', '/settings/diagnostics', '/search']) {
    await ana.page.goto(relay.origin + path)
    await ana.page.locator('main').first().waitFor()
    await look()
  }
  await sam.close()
  console.log(
    `${payloads.length} payloads in ten kinds of text: ${new Set(harm).size} did anything`,
  )
  expect([...new Set(harm)]).toEqual([])
  await isNoticed(ana)
})

/** That the watch is awake: what the app never does is noticed at once. */
async function isNoticed(ana: BrowserDevice): Promise<void> {
  await ana.page.evaluate(() => {
    document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=hostile(0)>')
  })
  await eventually(async () => (await harmIn(ana)).join()).toContain('policy script-src')
  await eventually(() => ana.troubles.splice(0).length).not.toBe(0)
}

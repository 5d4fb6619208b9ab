/** Parts of the app that are fetched when they are first needed, without signal at that moment. */
import { mount, unmount } from 'svelte'
import { expect, test } from 'vitest'
import { App } from '#lib/ui/shared/app.svelte.ts'
import { words } from '#lib/ui/shared/words.ts'
import { createClient } from '#tests/support/demo/demo-client.ts'
import LaterInApp from './LaterInApp.svelte'

test('a part that cannot be fetched says so, and the app goes on', async () => {
  const reported: unknown[] = []
  const note = (event: ErrorEvent): void => {
    event.preventDefault()
    reported.push(event.error)
  }
  addEventListener('error', note)
  const app = new App(createClient())
  const missing = new TypeError('Failed to fetch dynamically imported module')
  const host = mount(LaterInApp, {
    target: document.body,
    props: { app, load: () => Promise.reject(missing) },
  })
  await expect.poll(() => app.toasts.list.map(({ text }) => text)).toEqual([words.broken])
  expect(reported).toEqual([missing])
  await unmount(host)
  removeEventListener('error', note)
})

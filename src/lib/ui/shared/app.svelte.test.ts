import { expect, it } from 'vitest'
import { createClient } from '#tests/support/demo/demo-client.ts'
import { App } from './app.svelte.ts'

it('a page is busy from the choice of files until all of them are copied', async () => {
  const client = createClient()
  let isBusy = () => true
  const serviceWorker: typeof client.serviceWorker = {
    ...client.serviceWorker,
    updateReady: (_, busy) => (isBusy = busy),
  }
  const app = new App({ ...client, serviceWorker })
  const end = app.start()
  expect(isBusy()).toBe(false)
  const copied = Promise.withResolvers<null>()
  const adding = app.handOver(2, () => copied.promise)
  expect(isBusy()).toBe(true)
  copied.resolve(null)
  await adding
  expect(isBusy()).toBe(false)
  end()
})

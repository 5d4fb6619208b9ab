/** A new version starts in another tab: what this one does. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createServiceWorkerClient } from './service-worker-client.ts'

const workbox = vi.hoisted(() => ({ events: new EventTarget() }))

vi.mock('workbox-window', () => ({
  Workbox: class {
    addEventListener = workbox.events.addEventListener.bind(workbox.events)
    register = () => Promise.resolve()
    update = () => Promise.resolve()
  },
}))

const reload = vi.fn()
const page = { visibilityState: 'hidden', addEventListener: () => undefined }

beforeEach(() => {
  reload.mockReset()
  page.visibilityState = 'hidden'
  workbox.events = new EventTarget()
  vi.stubGlobal('navigator', { serviceWorker: { controller: {} } })
  vi.stubGlobal('document', page)
  vi.stubGlobal('location', { reload })
  vi.stubGlobal('sessionStorage', { getItem: () => null })
})
afterEach(() => void vi.unstubAllGlobals())

/** A page that copies files, or not; whether it is told that a new version is ready. */
function openPage(isBusy: boolean): () => boolean {
  let isTold = false
  createServiceWorkerClient().updateReady(
    () => (isTold = true),
    () => isBusy,
  )
  workbox.events.dispatchEvent(Object.assign(new Event('controlling'), { isUpdate: true }))
  return () => isTold
}

test('a tab that nobody looks at is reloaded', () => {
  const isTold = openPage(false)
  expect([reload.mock.calls.length, isTold()]).toEqual([1, false])
})

test('a hidden tab that is still copying chosen files stays, and says that a new version is ready', () => {
  const isTold = openPage(true)
  expect([reload.mock.calls.length, isTold()]).toEqual([0, true])
})

test('a tab that somebody looks at stays, and says that a new version is ready', () => {
  page.visibilityState = 'visible'
  const isTold = openPage(false)
  expect([reload.mock.calls.length, isTold()]).toEqual([0, true])
})

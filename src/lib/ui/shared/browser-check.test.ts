import { expect, test } from 'vitest'
import { judgeBrowser, type BrowserFacts } from './browser-check.ts'

const pixel: BrowserFacts = {
  userAgent:
    'Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Mobile Safari/537.36',
  isSecure: true,
  hasStorage: true,
  touchPoints: 5,
  isOnHomeScreen: false,
}
const iphone: BrowserFacts = {
  ...pixel,
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
}

test('Ana may join in Chrome on her phone', () => {
  expect(judgeBrowser(pixel)).toEqual({ kind: 'fine' })
})

test('Sam, who taps the link inside a chat app, is sent to his browser', () => {
  for (const mark of ['Instagram 300.0', 'FBAN/FBIOS', 'WhatsApp/2.25', 'Line/15.1.0']) {
    const verdict = judgeBrowser({ ...iphone, userAgent: `${iphone.userAgent} ${mark}` })
    expect(verdict.kind).toBe('in-app')
  }
})

test('an Android window without a name is recognised by its mark', () => {
  const userAgent = pixel.userAgent.replace('Pixel 9)', 'Pixel 9; wv)')
  expect(judgeBrowser({ ...pixel, userAgent })).toEqual({ kind: 'in-app', app: 'This app' })
})

test('an iPhone tab is asked to use the home screen, the home screen is fine', () => {
  expect(judgeBrowser(iphone)).toEqual({ kind: 'iphone-tab' })
  expect(judgeBrowser({ ...iphone, isOnHomeScreen: true })).toEqual({ kind: 'fine' })
})

test('an iPad that calls itself a Mac is an iPad, a Mac is a Mac', () => {
  const userAgent = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15'
  expect(judgeBrowser({ ...iphone, userAgent })).toEqual({ kind: 'iphone-tab' })
  expect(judgeBrowser({ ...iphone, userAgent, touchPoints: 0 })).toEqual({ kind: 'fine' })
})

test('without a lock nothing else matters; without storage nobody joins', () => {
  expect(judgeBrowser({ ...iphone, isSecure: false, hasStorage: false })).toEqual({
    kind: 'insecure',
  })
  expect(judgeBrowser({ ...pixel, hasStorage: false })).toEqual({ kind: 'no-storage' })
})

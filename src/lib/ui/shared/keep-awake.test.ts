import { expect, test } from 'vitest'
import { createKeepAwake, type Screen } from './keep-awake.ts'

/** A screen that counts the locks on it; the browser takes them away when the page is hidden. */
function screenOfAna() {
  const locks = new Set<object>()
  let isVisible = true
  let refuses = false
  const screen: Screen = {
    request: async () => {
      if (refuses) throw new DOMException('low battery', 'NotAllowedError')
      const lock = { release: () => Promise.resolve(void locks.delete(lock)) }
      locks.add(lock)
      return lock
    },
    isVisible: () => isVisible,
  }
  return {
    screen,
    isOn: async () => {
      await new Promise((resolve) => setTimeout(resolve))
      return locks.size === 1
    },
    show(visible: boolean) {
      isVisible = visible
      if (!visible) locks.clear()
    },
    refuse: (next: boolean) => (refuses = next),
  }
}

test('the screen stays on while photos are added, and no longer', async () => {
  const { screen, isOn } = screenOfAna()
  const keepAwake = createKeepAwake(screen)
  expect(await isOn()).toBe(false)
  keepAwake.want(true)
  keepAwake.want(true)
  expect(await isOn()).toBe(true)
  keepAwake.want(false)
  expect(await isOn()).toBe(false)
})

test('when Ana comes back to the page, the screen is kept on again', async () => {
  const { screen, isOn, show } = screenOfAna()
  const keepAwake = createKeepAwake(screen)
  keepAwake.want(true)
  show(false)
  keepAwake.look()
  expect(await isOn()).toBe(false)
  show(true)
  keepAwake.look()
  expect(await isOn()).toBe(true)
  show(false)
  keepAwake.look()
  keepAwake.want(false)
  show(true)
  keepAwake.look()
  expect(await isOn()).toBe(false)
})

test('a browser that refuses or cannot is left alone', async () => {
  const { screen, isOn, refuse } = screenOfAna()
  refuse(true)
  const keepAwake = createKeepAwake(screen)
  keepAwake.want(true)
  expect(await isOn()).toBe(false)
  keepAwake.want(false)
  refuse(false)
  keepAwake.want(true)
  expect(await isOn()).toBe(true)
  createKeepAwake(null).want(true)
})

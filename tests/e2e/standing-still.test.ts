/** What somebody looks at stays where it is while photos are added elsewhere and the groups are read again and again. */
import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

declare global {
  var jumps: string[]
}

/** Notes every list that goes and every picture that is put in anew, from now on. */
function watchJumps(): void {
  globalThis.jumps = []
  new MutationObserver((changes) => {
    for (const { type, target, removedNodes } of changes) {
      if (type === 'attributes') jumps.push(`another ${target.nodeName}`)
      for (const node of removedNodes)
        if (node instanceof Element && node.matches('ul, li')) jumps.push(`${node.nodeName} went`)
    }
  }).observe(document.querySelector('main') ?? document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ['src'],
  })
}

test('Members and bin stand still while photos are being added', async () => {
  const sam = await stage.profile('Sam')
  await sam.startGroup(await stage.relay(), 'Family')
  const files = stage.files(cameraPhotos(10))
  await sam.addPhotos(files.slice(0, 2))
  await eventually(() => sam.paintedTiles()).toBe(2)
  await sam.page.getByRole('list', { name: 'Photos' }).getByRole('button').first().click()
  await sam.button('Move to bin').click()
  await sam.button('Undo').waitFor()
  await sam.button('Close').click()
  await sam.button('Download').waitFor({ state: 'detached' })
  await eventually(() => sam.status()).toBe('All photos are safe')
  const tab = await sam.newTab('/photos')
  await eventually(() => tab.paintedTiles()).toBe(1)

  await sam.openMembers('Family')
  await sam.page.evaluate(watchJumps)
  await tab.addPhotos(files.slice(2, 6))
  await eventually(() => tab.paintedTiles()).toBe(5)
  expect(await sam.page.evaluate(() => jumps)).toEqual([])

  await sam.openGroup('Family')
  await sam.button(/^Bin/).click()
  const picture = sam.page.getByRole('list', { name: 'Photos' }).locator('img[src]')
  await picture.waitFor()
  await sam.page.evaluate(watchJumps)
  await tab.addPhotos(files.slice(6))
  await eventually(() => tab.paintedTiles()).toBe(9)
  expect(await sam.page.evaluate(() => jumps)).toEqual([])
})

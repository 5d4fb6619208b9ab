/** What somebody sees whose device does not answer when the app starts. */
import { expect, test } from 'vitest'
import { createStage, eventually } from '#tests/support/e2e-stage.ts'
import { cameraPhotos } from '#tests/support/photos.ts'

const stage = createStage()

test('While nothing can be read, Sam is told that his photos are not affected, and sees them as soon as it can', async () => {
  const sam = await stage.profile('Sam')
  const relay = await stage.relay()
  await sam.startGroup(relay, 'Family')
  await sam.addPhotos(stage.files(cameraPhotos(1)))
  await eventually(() => sam.status()).toBe('All photos are safe')
  await sam.context.addInitScript(() => {
    const factory = IDBFactory.prototype
    const open = Object.getOwnPropertyDescriptor(factory, 'open')?.value as IDBFactory['open']
    factory.open = function (...asked) {
      if (sessionStorage.getItem('deaf') !== null) throw new DOMException('', 'UnknownError')
      return open.apply(this, asked)
    }
  })
  await sam.page.evaluate(() => {
    sessionStorage.setItem('deaf', 'yes')
  })
  for (const address of ['/', '/photos']) {
    await sam.page.goto(relay.origin + address)
    const told = sam.page.getByRole('alert')
    await told.getByText('Your photos cannot be shown just now').waitFor()
    await sam.button('Try again').click()
    expect(await sam.button('Start a group').count()).toBe(0)
    expect(await sam.page.getByText('The first photo goes here').count()).toBe(0)
  }
  await sam.page.evaluate(() => {
    sessionStorage.clear()
  })
  await eventually(() => sam.paintedTiles()).toBe(1)
  expect(await sam.button('Try again').count()).toBe(0)
  // It follows the engine, too, as after any start.
  await sam.addPhotos(stage.files(cameraPhotos(2)).slice(1))
  await eventually(() => sam.paintedTiles()).toBe(2)
  const said = sam.troubles.splice(0)
  expect(said).toEqual(said.map(() => expect.stringContaining('storage unavailable') as string))
})

/** Pictures of what somebody sees who may only look at a group (screens.ts). */
import { demoAlbum, demoGroup } from './demo/demo-library.ts'
import type { ScreenShot } from './screens-of-picking.ts'

const album = `/albums/${demoGroup(0)}/${demoAlbum(0)}`
const camera = `/camera?group=${demoGroup(1)}&album=${demoAlbum(0)}`

export const lookingScreens: readonly ScreenShot[] = [
  { name: 'looking-photos', scenario: 'looking', path: '/photos' },
  { name: 'looking-album', scenario: 'looking', path: album },
  { name: 'looking-camera', scenario: 'looking-too', path: camera },
  {
    ...{ name: 'looking-picked', scenario: 'looking-too', path: '/photos' },
    async act(page) {
      const button = (name: string) => page.getByRole('button', { name, exact: true })
      await button('Select photos').click()
      const photos = page.getByRole('list', { name: 'Photos' }).getByRole('button')
      for (let n = 0; n < 14; n++) await photos.nth(n).click()
      await button('More').click()
      await button('Correct the dates').click()
    },
  },
]

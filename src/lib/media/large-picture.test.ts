import { expect, it } from 'vitest'
import { decodeInTurn } from './large-picture.ts'

const panorama = { width: 20_000, height: 10_000 }
const photo = { width: 4000, height: 3000 }

it('of Sam’s panoramas one is decoded at a time, and his photos wait for none of them', async () => {
  const gate = Promise.withResolvers<string>()
  const begun: string[] = []
  const decode = (name: string) => () => {
    begun.push(name)
    return name === 'first' ? gate.promise : Promise.resolve(name)
  }
  const first = decodeInTurn(panorama, decode('first'))
  const second = decodeInTurn(panorama, decode('second'))
  expect(await decodeInTurn(photo, decode('photo'))).toBe('photo')
  expect(await decodeInTurn(null, decode('unknown'))).toBe('unknown')
  expect(begun).not.toContain('second')
  gate.resolve('first')
  expect(await Promise.all([first, second])).toEqual(['first', 'second'])
})

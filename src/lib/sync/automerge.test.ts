import { beforeAll, expect, test, vi } from 'vitest'
import { prepareAutomerge } from '#tests/support/simulated-device.ts'
import { Automerge, hasModuleEnded } from './automerge.ts'

// What is collected after the end would ask the module for its memory back, and throw whenever that is.
vi.hoisted(() => {
  const collectsNothing = { register: () => undefined, unregister: () => false }
  vi.stubGlobal('FinalizationRegistry', function () {
    return collectsNothing
  })
})

beforeAll(prepareAutomerge)

test('what Automerge refuses does not end its module, and a trap does, for everything', () => {
  const document = Automerge.from<Record<string, unknown>>({ title: 'Lake' })
  expect(() => Automerge.load(new Uint8Array([1, 2, 3]))).toThrow()
  expect(hasModuleEnded()).toBe(false)

  let deep: object = {}
  for (let level = 0; level < 3000; level++) deep = { deep }
  expect(() => Automerge.from({ deep })).toThrow()
  expect(hasModuleEnded()).toBe(true)
  expect(() => Automerge.getHeads(document)).toThrow()
})

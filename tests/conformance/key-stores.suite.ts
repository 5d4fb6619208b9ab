import { describe, expect, test } from 'vitest'
import type { GroupSecrets } from '#lib/ports/key-store.ts'
import { randomBytes, sampleId } from '#tests/support/stored-samples.ts'
import { freshGroup, type CreateDevice } from './stores-under-test.ts'

export function keyStoresSuite(name: string, createDevice: CreateDevice): void {
  describe(`key store, ${name}`, () => {
    test('a visitor, then a member finds the secrets again after a restart', async () => {
      const { store, afterRestart } = await freshGroup(createDevice)
      expect(await store.keys.load()).toBeNull()
      const visitor: GroupSecrets = {
        device: null,
        invitationSeed: randomBytes(32),
        epochKeys: new Map(),
      }
      await store.keys.save(visitor)
      expect(await store.keys.load()).toEqual(visitor)
      const member: GroupSecrets = {
        device: {
          signSeed: randomBytes(32),
          boxSecret: randomBytes(32),
          member: sampleId('MemberId', 1),
          admitted: true,
        },
        invitationSeed: null,
        epochKeys: new Map([1, 2].map((n) => [sampleId('KeyId', n), randomBytes(32)])),
        fork: {
          from: sampleId('GroupId', 1),
          people: [1, 2].map((n) => sampleId('MemberId', n)),
          seed: randomBytes(32),
          isDone: false,
        },
      }
      await store.keys.save(member)
      expect(await (await afterRestart()).keys.load()).toEqual(member)
    })

    test('what two tabs change at once is all there', async () => {
      const { store, inAnotherTab, afterRestart } = await freshGroup(createDevice)
      const other = await inAnotherTab()
      await store.keys.save({ device: null, invitationSeed: null, epochKeys: new Map() })
      const keys = Array.from({ length: 8 }, (_, n) => sampleId('KeyId', n + 1))
      await Promise.all(
        keys.map((key, n) =>
          (n % 2 === 0 ? store : other).keys.change((stored) => ({
            ...(stored ?? { device: null, invitationSeed: null }),
            epochKeys: new Map([...(stored?.epochKeys ?? []), [key, randomBytes(32)]]),
          })),
        ),
      )
      const after = await (await afterRestart()).keys.load()
      expect([...(after?.epochKeys.keys() ?? [])].sort()).toEqual([...keys].sort())
    })

    test('two tabs that save first secrets at once share one sealing key', async () => {
      const { store, inAnotherTab, afterRestart } = await freshGroup(createDevice)
      const other = await inAnotherTab()
      const secrets = { device: null, invitationSeed: randomBytes(32), epochKeys: new Map() }
      await Promise.all([store.keys.save(secrets), other.keys.save(secrets)])
      expect(await (await afterRestart()).keys.load()).toEqual(secrets)
    })
  })

  describe(`document cache, ${name}`, () => {
    test('chunks are found by key and by what it begins with', async () => {
      const { store } = await freshGroup(createDevice)
      const cache = store.documents
      const wasm = new Uint8Array(100_000).fill(9)
      await cache.save(['doc', 'snapshot', 'a'], wasm.subarray(10, 20))
      await cache.save(['doc', 'incremental', 'b'], new Uint8Array([2]))
      await cache.save(['doc2', 'snapshot', 'c'], new Uint8Array([3]))
      expect((await cache.load(['doc', 'snapshot', 'a']))?.buffer.byteLength).toBe(10)
      expect((await cache.loadRange(['doc'])).map((chunk) => chunk.key)).toEqual([
        ['doc', 'incremental', 'b'],
        ['doc', 'snapshot', 'a'],
      ])
      await cache.remove(['doc', 'incremental', 'b'])
      expect(await cache.loadRange(['doc', 'incremental'])).toEqual([])
      await cache.removeRange(['doc'])
      expect(await cache.load(['doc', 'snapshot', 'a'])).toBeUndefined()
      expect(await cache.load(['doc2', 'snapshot', 'c'])).toEqual(new Uint8Array([3]))
    })
  })
}

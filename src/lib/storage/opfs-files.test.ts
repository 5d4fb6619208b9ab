import { expect, test } from 'vitest'
import { StorageProblem } from '#lib/ports/storage-problem.ts'
import { createOpfsFiles } from './opfs-files.ts'

test('where the platform has no such files, every use says so in the words of the ports', async () => {
  const files = createOpfsFiles()
  const uses = [
    () => files.write(['a', 'b'], new Uint8Array(3)),
    () => files.read(['a', 'b']),
    () => files.readWhole(['a', 'b'], 10),
    () => files.remove(['a']),
  ]
  for (const use of uses) {
    const problem = await use().catch((error: unknown) => error)
    expect(problem).toBeInstanceOf(StorageProblem)
    expect(problem).toMatchObject({ kind: 'unavailable' })
  }
})

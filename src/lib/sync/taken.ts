/** Taking from what waits: gone from there while it is worked on, and back where the disk failed. */
import { StorageProblem } from '#lib/ports/storage-problem.ts'

/** Works on these; on a StorageProblem they wait again. What fails in another way would fail every time. */
export async function takeFrom<T>(
  waiting: Set<T>,
  some: readonly T[],
  work: (some: readonly T[]) => Promise<void>,
): Promise<void> {
  for (const one of some) waiting.delete(one)
  try {
    await work(some)
  } catch (cause) {
    if (cause instanceof StorageProblem) for (const one of some) waiting.add(one)
    throw cause
  }
}

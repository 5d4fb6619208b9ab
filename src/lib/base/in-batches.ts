/**
 * Work that is cheaper done together: what is asked for while a batch is under way becomes the next one. So whoever
 * asks alone waits for nobody, and many at once share what a transaction costs.
 *
 * Errors  what a batch throws reaches all who are in it, and nobody after them
 */
export function inBatches<T, R>(
  work: (all: readonly T[]) => Promise<readonly R[]>,
): (one: T) => Promise<R> {
  let last: Promise<unknown> = Promise.resolve()
  let gathering: { readonly all: T[]; readonly answers: Promise<readonly R[]> } | null = null

  const gather = (): NonNullable<typeof gathering> => {
    const all: T[] = []
    const answers = last.then(() => {
      gathering = null
      return work(all)
    })
    last = answers.catch(() => undefined)
    return { all, answers }
  }

  return async (one) => {
    const { all, answers } = (gathering ??= gather())
    const at = all.push(one) - 1
    return (await answers)[at] as R
  }
}

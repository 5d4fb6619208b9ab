/** For what cannot be false unless there is a bug; throws with the sentence given. */
export function assert(condition: unknown, sentence: string): asserts condition {
  if (condition !== true && (condition === false || condition === null || condition === undefined))
    throw new Error(sentence)
}

/** Ends an exhaustive switch: does not compile while a case is missing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected case ${JSON.stringify(value)}`)
}

/** An expected outcome: the value, or an error that the caller must look at. Bugs throw instead. */
export type Result<T, E extends Problem = Problem> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E }

/** Every expected error names its kind; further fields are facts for the person who reads it. */
export interface Problem {
  readonly kind: string
}

/** Wraps a value as a success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value }
}

/** Wraps an expected error. */
export function err<E extends Problem>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error }
}

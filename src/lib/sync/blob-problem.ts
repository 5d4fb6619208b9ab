/** Why a blob did not go up or come down, from a relay's answers (wire/paths.ts). */
import { err, ok, type Result } from '#lib/base/result.ts'

export interface BlobProblem {
  /**
   * `absent`: not there (yet); `full`: quota or disk; `too-large`: this one alone; `damaged`: the bytes are not what the
   * name says.
   */
  readonly kind: 'unreachable' | 'refused' | 'absent' | 'full' | 'too-large' | 'damaged' | 'aborted'
}

/** The problem behind a status, or success. */
export function outcomeOf(response: { readonly status: number }): Result<null, BlobProblem> {
  if (response.status >= 200 && response.status < 300) return ok(null)
  if (response.status === 404) return err({ kind: 'absent' })
  if (response.status === 507) return err({ kind: 'full' })
  if (response.status === 413) return err({ kind: 'too-large' })
  if (response.status === 422 || response.status === 460) return err({ kind: 'damaged' })
  return err({
    kind: response.status === 429 || response.status >= 500 ? 'unreachable' : 'refused',
  })
}

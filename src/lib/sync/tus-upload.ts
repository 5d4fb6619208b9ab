/**
 * Large blobs go up by tus 1.0 in chunks and resume where they stopped, also after a restart of the app:
 * the relay names the upload after the blob.
 *
 * Source  https://tus.io/protocols/resumable-upload 1.0; docs/design.md §8
 */
import * as tus from 'tus-js-client'
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { err, ok, type Result } from '#lib/base/result.ts'
import { tusChunkBytes } from '#lib/wire/limits.ts'
import { uploadsPath } from '#lib/wire/paths.ts'
import { outcomeOf, type BlobProblem } from './blob-problem.ts'
import type { RelaySession } from './relay-session.ts'

export interface TusUpload {
  readonly group: GroupId
  readonly session: RelaySession
  readonly id: BlobId
  readonly ciphertext: Blob
  readonly signal: AbortSignal
}

/** Uploads one blob; resolves when the relay has checked and stored it. */
export async function uploadByTus(input: TusUpload): Promise<Result<null, BlobProblem>> {
  const token = await input.session.token()
  if (!token.ok) return token
  return new Promise((resolve) => {
    const upload = new tus.Upload(input.ciphertext as File, {
      endpoint: new URL(uploadsPath(input.group), input.session.place.address).href,
      chunkSize: tusChunkBytes,
      retryDelays: [0, 500, 2000],
      storeFingerprintForResuming: false,
      metadata: { blob: input.id },
      headers: { authorization: `Bearer ${token.value}` },
      onSuccess: () => {
        resolve(ok(null))
      },
      onError: (error) => {
        const status = 'originalResponse' in error ? error.originalResponse?.getStatus() : undefined
        if (status === 401) input.session.reset()
        resolve(problemOf(status))
      },
    })
    input.signal.addEventListener('abort', () => {
      void upload.abort().finally(() => {
        resolve(err({ kind: 'aborted' }))
      })
    })
    upload.start()
  })
}

function problemOf(status: number | undefined): Result<null, BlobProblem> {
  if (status === undefined || status === 401) return err({ kind: 'unreachable' })
  const outcome = outcomeOf({ status })
  return outcome.ok ? err({ kind: 'unreachable' }) : outcome
}

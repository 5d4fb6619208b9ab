/**
 * Bodies of answers, no longer than they may be: how long one is says whoever sends it, or nobody, and what is
 * compressed on the way is longer than was said.
 */
import { concatBytes, type Bytes } from '#lib/base/bytes.ts'

/** All of it; null where it breaks off, or is longer: nothing more of it is read then. */
export async function readAtMost(
  { body }: Pick<Response, 'body'>,
  mostBytes: number,
): Promise<Bytes | null> {
  if (body === null) return new Uint8Array()
  const reader = body.getReader()
  const pieces: Uint8Array[] = []
  let length = 0
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      length += next.value.length
      if (length > mostBytes) return null
      pieces.push(next.value)
    }
    return concatBytes(...pieces)
  } catch {
    return null
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

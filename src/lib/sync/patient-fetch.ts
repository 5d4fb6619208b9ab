/**
 * A fetch that gives up on a line that went silent without breaking: a phone that left its network, a proxy that lost
 * the relay. Whoever asked hears that the line broke, and goes on where it stopped; left to themselves, browsers wait for
 * minutes or for ever.
 *
 *   | waited for | at most |
 *   |---|---|
 *   | the answer to a question | `silentMs` |
 *   | each further piece of an answer | `silentMs`; while nobody reads, time does not count |
 *   | the answer to what is sent, and to HEAD | five minutes, in which a relay may hash a long film, and the time that sending takes on the slowest line |
 *
 * Units   milliseconds; bytes
 * Errors  rejects, and the body breaks off, as on a line that broke
 * Source  docs/design.md §8
 */
import { minuteMs, secondMs } from '#lib/base/time.ts'

const usualSilentMs = 30 * secondMs
const checkingMs = 5 * minuteMs
/** Slower than any line on which a photo would ever arrive. */
const slowestBytesPerSecond = 8 * 1024
const sending = new Set(['PUT', 'PATCH', 'HEAD'])

/** The same requests, none of which waits for ever. */
export function createPatientFetch(inner: typeof fetch, silentMs = usualSilentMs): typeof fetch {
  return async (input, init = {}) => {
    const silent = new AbortController()
    const signals = [silent.signal, ...(init.signal ? [init.signal] : [])]
    const giveUp = (): void => silent.abort()
    const answer = await within(
      inner(input, { ...init, signal: AbortSignal.any(signals) }),
      sending.has(init.method ?? 'GET') ? checkingMs + sendingMs(init.body) : silentMs,
      giveUp,
    )
    if (answer.body === null) return answer
    const { status, statusText, headers } = answer
    return new Response(listenedTo(answer.body, silentMs, giveUp), { status, statusText, headers })
  }
}

function sendingMs(body: RequestInit['body']): number {
  const bytes = body instanceof Blob ? body.size : ArrayBuffer.isView(body) ? body.byteLength : 0
  return (bytes / slowestBytesPerSecond) * secondMs
}

async function within<T>(waited: Promise<T>, ms: number, giveUp: () => void): Promise<T> {
  const timer = setTimeout(giveUp, ms)
  try {
    return await waited
  } finally {
    clearTimeout(timer)
  }
}

/** The same bytes, as long as they go on coming. */
function listenedTo(
  body: ReadableStream<Uint8Array>,
  silentMs: number,
  giveUp: () => void,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await within(reader.read(), silentMs, giveUp)
        if (done) controller.close()
        else controller.enqueue(value)
      },
      cancel: (reason) => reader.cancel(reason),
    },
    // Nothing is read before somebody asks for it.
    { highWaterMark: 0 },
  )
}

/** Asking a page to have the engine fetch or open a blob (wire/media-request.ts). */
import type { MediaRequest } from '#lib/wire/media-request.ts'

/** A large original on a slow line takes its time. */
const patienceMs = 60_000
/** A page that was loaded anew never answers, and a new version of the app starts only when nobody waits here. */
const lookMs = 1000

/** Asks the page that wants the picture, else a visible one; null without an answer in time, or once it is gone. */
export async function askPage(
  clients: Clients,
  asking: string,
  request: MediaRequest,
): Promise<unknown> {
  const page = await pageFor(clients, asking)
  if (page === undefined) return null
  const { port1, port2 } = new MessageChannel()
  const answered = new Promise<unknown>((resolve) => {
    port1.onmessage = ({ data }) => resolve(data)
    setTimeout(() => resolve(null), patienceMs)
  })
  page.postMessage(request, [port2])
  const gone = new AbortController()
  const answer = await Promise.race([answered, whenGone(clients, page.id, gone.signal)])
  gone.abort()
  port1.close()
  return answer
}

/** Null once the page is not there any more; stays open where the signal comes first. */
function whenGone(clients: Clients, page: string, signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    const look = setInterval(() => {
      void clients.get(page).then((found) => {
        if (found === undefined) resolve(null)
      })
    }, lookMs)
    signal.addEventListener('abort', () => {
      clearInterval(look)
    })
  })
}

async function pageFor(clients: Clients, asking: string): Promise<WindowClient | undefined> {
  const pages = await clients.matchAll({ type: 'window' })
  return (
    pages.find((page) => page.id === asking) ??
    pages.find((page) => page.visibilityState === 'visible') ??
    pages[0]
  )
}

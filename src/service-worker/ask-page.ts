/** Asking a page to have the engine fetch or open a blob (wire/media-request.ts). */
import type { MediaRequest } from '#lib/wire/media-request.ts'

/** A large original on a slow line takes its time; a page that does not answer at all is gone. */
const patienceMs = 60_000

/** Asks the page that wants the picture, else a visible one; null without an answer in time. */
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
  const answer = await answered
  port1.close()
  return answer
}

async function pageFor(clients: Clients, asking: string): Promise<WindowClient | undefined> {
  const pages = await clients.matchAll({ type: 'window' })
  return (
    pages.find((page) => page.id === asking) ??
    pages.find((page) => page.visibilityState === 'visible') ??
    pages[0]
  )
}

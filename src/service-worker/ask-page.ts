/** Asking a page to have the engine fetch a blob (wire/media-request.ts). */
import type { BlobId, GroupId } from '#lib/base/ids.ts'
import { isFetched, type MediaRequest } from '#lib/wire/media-request.ts'

/** A large original on a slow line takes its time; a page that does not answer at all is gone. */
const patienceMs = 60_000

/** Asks the page that wants the picture, else a visible one; false without an answer in time. */
export async function askPage(
  clients: Clients,
  asking: string,
  wanted: { readonly group: GroupId; readonly blob: BlobId },
): Promise<boolean> {
  const page = await pageFor(clients, asking)
  if (page === undefined) return false
  const { port1, port2 } = new MessageChannel()
  const answered = new Promise<boolean>((resolve) => {
    port1.onmessage = ({ data }) => resolve(isFetched(data))
    setTimeout(() => resolve(false), patienceMs)
  })
  const request: MediaRequest = { kind: 'fetch-blob', ...wanted }
  page.postMessage(request, [port2])
  const isHere = await answered
  port1.close()
  return isHere
}

async function pageFor(clients: Clients, asking: string): Promise<WindowClient | undefined> {
  const pages = await clients.matchAll({ type: 'window' })
  return (
    pages.find((page) => page.id === asking) ??
    pages.find((page) => page.visibilityState === 'visible') ??
    pages[0]
  )
}

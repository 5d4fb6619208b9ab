/** Answers what the service worker asks of a page (wire/media-request.ts), by the engine. */
import { parseMediaRequest } from '#lib/wire/media-request.ts'
import type { EngineApi } from './api.ts'

export type Fetching = Pick<EngineApi, 'fetchBlob' | 'openPart' | 'mediaFacts'>

/** Answers one message; any other is left alone. */
export async function answerFetch(event: MessageEvent, engine: Fetching): Promise<void> {
  const request = parseMediaRequest(event.data)
  const port = event.ports[0]
  if (request === null || port === undefined) return
  if (request.kind === 'fetch-blob') {
    port.postMessage({ ok: await engine.fetchBlob(request).catch(() => false) })
    return
  }
  if (request.kind === 'tell-facts') {
    port.postMessage({ facts: await engine.mediaFacts(request).catch(() => null) })
    return
  }
  const part = await engine.openPart(request).catch(() => null)
  port.postMessage({ part }, part === null ? [] : [part.buffer])
}

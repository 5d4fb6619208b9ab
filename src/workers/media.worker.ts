import { serveMediaWorker } from '#lib/media/serve-media-worker.ts'

declare const self: DedicatedWorkerGlobalScope

serveMediaWorker(self)

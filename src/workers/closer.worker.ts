import { serveCloserWorker } from '#lib/media/serve-closer-worker.ts'

declare const self: DedicatedWorkerGlobalScope

serveCloserWorker(self)

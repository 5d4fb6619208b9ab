/**
 * Hands the sample photos to tests that run in a browser, which cannot read files: `GET /samples/camera`
 * lists a folder, `GET /samples/camera/nikon-d40.jpg` gives the bytes.
 */
import type { Plugin } from 'vite'
import { generatePng, samplePhotos, type PhotoFolder } from './photos.ts'

const FOLDERS: readonly PhotoFolder[] = ['camera', 'orientation', 'formats', 'broken', 'video']

export function servePhotos(): Plugin {
  return {
    name: 'mantel-sample-photos',
    configureServer(vite) {
      vite.middlewares.use('/samples', (request, response) => {
        const name = decodeURIComponent(request.url ?? '').replace(/^\/|\?.*$/g, '')
        const answer = answerTo(name)
        response.statusCode = answer === null ? 404 : 200
        response.end(answer)
      })
    },
  }
}

function answerTo(name: string): string | Uint8Array | null {
  const turnedPng = /^turned-(\d)\.png$/.exec(name)
  if (turnedPng !== null) {
    return generatePng({ seed: 1, width: 80, height: 60, orientation: Number(turnedPng[1]) })
  }
  const folder = FOLDERS.find((one) => name === one || name.startsWith(`${one}/`))
  if (folder === undefined) return null
  const samples = samplePhotos(folder)
  if (name === folder) {
    return JSON.stringify(
      samples.map((sample) => ({ name: sample.name, expected: sample.expected })),
    )
  }
  return samples.find((sample) => sample.name === name)?.read() ?? null
}

/** What importing costs at the least: decode, resize and encode in as many workers, with nothing around it. Runs inside a page. */

/** The seconds that the files of the page's only file input take; both pictures are as large and as good as the app's. */
export async function bareImport(workers: number): Promise<number> {
  const work = async ({ data: file }: MessageEvent<File>): Promise<void> => {
    const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const drawn = (from: ImageBitmap | OffscreenCanvas, scale: number): OffscreenCanvas => {
      const [width, height] = [Math.round(from.width * scale), Math.round(from.height * scale)]
      const canvas = new OffscreenCanvas(width, height)
      const context = canvas.getContext('2d')
      if (context === null) throw new Error('there is no canvas')
      context.drawImage(from, 0, 0, width, height)
      return canvas
    }
    const preview = drawn(bitmap, 2048 / Math.max(bitmap.width, bitmap.height))
    bitmap.close()
    const thumbnail = drawn(preview, 320 / Math.min(preview.width, preview.height))
    await Promise.all([
      preview.convertToBlob({ type: 'image/jpeg', quality: 0.82 }),
      thumbnail.convertToBlob({ type: 'image/webp', quality: 0.75 }),
    ])
    postMessage(null)
  }
  const source = new Blob([`onmessage = ${work.toString()}`], { type: 'text/javascript' })
  const waiting = [...(document.querySelector('input')?.files ?? [])]
  const startMs = performance.now()
  await Promise.all(
    Array.from({ length: workers }, async () => {
      const worker = new Worker(URL.createObjectURL(source))
      for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
        const done = new Promise<void>((resolve, reject) => {
          worker.onmessage = () => resolve()
          worker.onerror = ({ message }) => reject(new Error(message))
        })
        worker.postMessage(file)
        await done
      }
      worker.terminate()
    }),
  )
  return (performance.now() - startMs) / 1000
}

/** A JPEG of 12 megapixels that no other is like, with about as much detail as a photo has; base64. */
export async function largePicture(seed: number): Promise<string> {
  const [width, height] = [4000, 3000]
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('there is no canvas')
  let state = seed * 2654435761
  const random = (): number => (state = (state * 1664525 + 1013904223) % 2 ** 32) / 2 ** 32
  for (let n = 0; n < 12_000; n++) {
    context.fillStyle = `hsl(${random() * 360} ${random() * 80}% ${20 + random() * 60}% / .6)`
    context.fillRect(random() * width, random() * height, 4 + random() * 160, 4 + random() * 160)
  }
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 })
  const bytes = new Uint8Array(await blob.arrayBuffer())
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000)
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text)
}

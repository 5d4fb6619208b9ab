/** Reading a QR code with the camera, where the browser itself can. */
import type { Attachment } from 'svelte/attachments'

/** Not in TypeScript's DOM types yet (https://wicg.github.io/shape-detection-api). */
declare class BarcodeDetector {
  constructor(options: { formats: readonly string[] })
  detect(source: CanvasImageSource): Promise<readonly { readonly rawValue: string }[]>
}

const lookEveryMs = 250

/** Looks for codes in what the camera shows, until one is found or the video leaves the page. */
export function scanCodes(
  onFound: (text: string) => void,
  onRefused: () => void,
): Attachment<HTMLVideoElement> {
  return (video) => {
    let stream: MediaStream | null = null
    let timer = 0
    let isOver = false

    async function start(): Promise<void> {
      const detector = new BarcodeDetector({ formats: ['qr_code'] })
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
      if (isOver) {
        stop()
        return
      }
      video.srcObject = stream
      await video.play()
      timer = window.setInterval(() => void look(detector), lookEveryMs)
    }

    async function look(detector: BarcodeDetector): Promise<void> {
      const [code] = await detector.detect(video)
      if (code === undefined || isOver) return
      stop()
      onFound(code.rawValue)
    }

    function stop(): void {
      isOver = true
      clearInterval(timer)
      stream?.getTracks().forEach((track) => track.stop())
    }

    start().catch(onRefused)
    return stop
  }
}

/**
 * The camera behind the capture screen: a live picture, and photos as sharp as the device gives them
 * (docs/design.md §10: `takePhoto`, else a frame of the video).
 */

/** Not in TypeScript's DOM types (https://w3c.github.io/mediacapture-image/). */
declare class ImageCapture {
  constructor(track: MediaStreamTrack)
  takePhoto(): Promise<Blob>
}

export class Camera {
  #stream = $state.raw<MediaStream | null>(null)
  #state = $state<'starting' | 'ready' | 'refused'>('starting')
  #facing: 'environment' | 'user' = 'environment'
  #isClosed = false

  get stream(): MediaStream | null {
    return this.#stream
  }

  get state(): 'starting' | 'ready' | 'refused' {
    return this.#state
  }

  /** Asks for the camera; refused where there is none, or the person does not want it. */
  async open(): Promise<void> {
    this.#stop()
    this.#state = 'starting'
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: this.#facing, width: { ideal: 4096 }, height: { ideal: 3072 } },
      })
      if (this.#isClosed) {
        stream.getTracks().forEach((track) => track.stop())
        return
      }
      this.#stream = stream
      this.#state = 'ready'
    } catch {
      // No camera, no permission, no secure context: the screen offers the phone's own camera.
      this.#state = 'refused'
    }
  }

  async turn(): Promise<void> {
    this.#facing = this.#facing === 'environment' ? 'user' : 'environment'
    await this.open()
  }

  /** Takes a photo of what `video` shows; null where the camera stopped meanwhile. */
  async take(video: HTMLVideoElement): Promise<Blob | null> {
    const track = this.#stream?.getVideoTracks()[0]
    if (track === undefined) return null
    return (await takeSharp(track)) ?? (await takeFrame(video))
  }

  close(): void {
    this.#isClosed = true
    this.#stop()
  }

  #stop(): void {
    this.#stream?.getTracks().forEach((track) => track.stop())
    this.#stream = null
  }
}

/** Shows what the camera sees. */
export function showStream(video: HTMLVideoElement, stream: MediaStream | null): void {
  video.srcObject = stream
}

async function takeSharp(track: MediaStreamTrack): Promise<Blob | null> {
  if (!('ImageCapture' in globalThis)) return null
  try {
    const blob = await new ImageCapture(track).takePhoto()
    return blob.size > 0 ? blob : null
  } catch {
    // Some cameras announce photos and then cannot take any: a frame is better than nothing.
    return null
  }
}

async function takeFrame(video: HTMLVideoElement): Promise<Blob | null> {
  if (video.videoWidth === 0) return null
  const canvas = document.createElement('canvas')
  canvas.width = video.videoWidth
  canvas.height = video.videoHeight
  canvas.getContext('2d')?.drawImage(video, 0, 0)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92))
}

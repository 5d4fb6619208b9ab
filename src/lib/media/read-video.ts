/**
 * Facts of a film, and one of its pictures. Loaded at the first film, in a media worker; reads what it needs of the
 * file, wherever its index lies, and never the whole of it.
 *
 * Units   pixels as displayed; durations in milliseconds
 * Errors  total for every content: what cannot be told is null or 0, also for damaged files
 * Source  mediabunny
 */
import { ALL_FORMATS, BlobSource, CanvasSink, Input, type InputVideoTrack } from 'mediabunny'
import type { Clock } from '#lib/base/time.ts'
import type { ReadPhoto } from '#lib/ports/photo-reader.ts'
import type { BrowserAbilities } from './browser-abilities.ts'
import { readMovieHeader, type MovieHeader } from './movie-header.ts'
import { renditionsOf } from './renditions.ts'
import { parseVideoTags, takenAt, type VideoTags } from './video-tags.ts'

export type VideoFacts = Pick<
  ReadPhoto,
  'width' | 'height' | 'durationMs' | 'taken' | 'place' | 'camera'
> &
  Pick<ReadPhoto, 'thumbhash' | 'thumbnail' | 'preview'>

type Poster = Pick<VideoFacts, 'thumbhash' | 'thumbnail' | 'preview'>

const noHeader: MovieHeader = { createdMs: null, durationMs: null }
const noPoster: Poster = { thumbhash: null, thumbnail: null, preview: null }
/** The first picture is often black, or the lens cap. */
const posterSeconds = 1
/** A decoder that says nothing for so long has given up. */
const patienceMs = 15_000

/** Reads a film. */
export async function readVideo(
  file: Blob,
  { abilities, clock }: { abilities: BrowserAbilities; clock: Clock },
): Promise<VideoFacts> {
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS })
  try {
    const track = await input.getPrimaryVideoTrack().catch(() => null)
    const header = await readMovieHeader(file).catch(() => noHeader)
    const seconds = header.durationMs === null ? await secondsOf(input) : header.durationMs / 1000
    const size = track === null ? { width: 0, height: 0 } : await sizeOf(track)
    const poster = track === null ? null : await posterOf(track, seconds, abilities)
    const tags = await tagsOf(input, header, clock())
    return { ...size, durationMs: Math.round(seconds * 1000), ...tags, ...(poster ?? noPoster) }
  } finally {
    input.dispose()
  }
}

async function secondsOf(input: Input): Promise<number> {
  const said = await input.getDurationFromMetadata().catch(() => null)
  const seconds = said ?? (await input.computeDuration().catch(() => 0))
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0
}

async function sizeOf(track: InputVideoTrack): Promise<{ width: number; height: number }> {
  const sides = Promise.all([track.getDisplayWidth(), track.getDisplayHeight()])
  const [width, height] = await sides.catch((): [number, number] => [0, 0])
  return { width: Math.round(width), height: Math.round(height) }
}

async function tagsOf(input: Input, { createdMs }: MovieHeader, nowMs: number): Promise<VideoTags> {
  const { raw } = await input.getMetadataTags().catch(() => ({ raw: undefined }))
  const tags = parseVideoTags(raw ?? {}, nowMs)
  if (tags.taken !== null) return tags
  return { ...tags, taken: createdMs === null ? null : takenAt(createdMs, nowMs) }
}

/** Null where this browser has no decoder for it. */
async function posterOf(
  track: InputVideoTrack,
  seconds: number,
  abilities: BrowserAbilities,
): Promise<Poster | null> {
  const giveUp = new Promise<null>((resolve) => setTimeout(() => resolve(null), patienceMs))
  return Promise.race([draw(track, seconds, abilities).catch(() => null), giveUp])
}

async function draw(
  track: InputVideoTrack,
  seconds: number,
  abilities: BrowserAbilities,
): Promise<Poster | null> {
  if (!(await track.canDecode())) return null
  const sink = new CanvasSink(track)
  const from = await track.getFirstTimestamp()
  const at = from + Math.min(posterSeconds, seconds / 4)
  const frame = (await sink.getCanvas(at)) ?? (await sink.getCanvas(from))
  if (frame === null) return null
  const bitmap = await createImageBitmap(frame.canvas)
  const { thumbhash, thumbnail, preview } = await renditionsOf(
    { picture: bitmap, size: bitmap },
    { mime: 'image/jpeg', orientation: 1, abilities },
  )
  return { thumbhash, thumbnail, preview }
}

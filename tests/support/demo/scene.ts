/** Pictures for the demo client, drawn instead of taken: coasts, hills and rooms in changing light. */
import { rgbaToThumbHash } from 'thumbhash'

interface Light {
  readonly sky: readonly [string, string, string]
  readonly land: readonly [string, string, string]
}

const lights: readonly Light[] = [
  { sky: ['#6fa3c9', '#bcd6e4', '#f5e9d6'], land: ['#8ea89a', '#5f7f68', '#33503c'] },
  { sky: ['#f0a56b', '#f6c9a0', '#fbe7cf'], land: ['#b98a73', '#7d5a50', '#42302f'] },
  { sky: ['#3c4f76', '#7f7a9c', '#e0a899'], land: ['#59597a', '#3b3d59', '#20233a'] },
  { sky: ['#9fb8bd', '#c6d2cf', '#e8e6dc'], land: ['#95a08b', '#6c7a5e', '#465139'] },
  { sky: ['#4f86a8', '#8dbdcf', '#dff0ee'], land: ['#d8c39a', '#b79b6d', '#7d6746'] },
  { sky: ['#23303f', '#41566b', '#8a9aa3'], land: ['#31404a', '#222d35', '#131a20'] },
]

/** A number generator that always says the same. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Width and height of a scene as a camera would have taken it. */
export function sceneSize(seed: number): { width: number; height: number } {
  const kinds = [
    { width: 4032, height: 3024 },
    { width: 3024, height: 4032 },
    { width: 4608, height: 2592 },
    { width: 4032, height: 3024 },
    { width: 3000, height: 3000 },
  ]
  return kinds[seed % kinds.length] ?? { width: 4032, height: 3024 }
}

/** Draws a scene with its longer side at `longest` pixels. */
export function drawScene(seed: number, longest: number): OffscreenCanvas {
  const size = sceneSize(seed)
  const scale = longest / Math.max(size.width, size.height)
  const width = Math.round(size.width * scale)
  const height = Math.round(size.height * scale)
  const canvas = new OffscreenCanvas(width, height)
  const pen = canvas.getContext('2d')
  if (pen === null) throw new Error('no canvas')
  const random = numbersFrom(seed * 7919 + 13)
  const light = lights[Math.floor(random() * lights.length)]
  if (light === undefined) throw new Error('no light')
  drawSky(pen, light, random)
  for (let layer = 0; layer < 3; layer++) drawRidge(pen, light.land[layer] ?? '#333', layer, random)
  drawHouses(pen, random)
  drawGrain(pen, random)
  return canvas
}

/** Placeholder of a scene. */
export function hashScene(seed: number): Uint8Array {
  const canvas = drawScene(seed, 48)
  const picture = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height)
  if (!picture) throw new Error('no picture')
  return rgbaToThumbHash(canvas.width, canvas.height, picture.data)
}

type Pen = OffscreenCanvasRenderingContext2D

function drawSky(pen: Pen, light: Light, random: () => number): void {
  const { width, height } = pen.canvas
  const sky = pen.createLinearGradient(0, 0, 0, height * 0.75)
  light.sky.forEach((color, i) => sky.addColorStop(i / 2, color))
  pen.fillStyle = sky
  pen.fillRect(0, 0, width, height)
  const x = width * (0.15 + random() * 0.7)
  const y = height * (0.18 + random() * 0.3)
  const glow = pen.createRadialGradient(x, y, 0, x, y, height * 0.35)
  glow.addColorStop(0, '#fff8e6ee')
  glow.addColorStop(0.12, '#fff3d6aa')
  glow.addColorStop(1, '#fff3d600')
  pen.fillStyle = glow
  pen.fillRect(0, 0, width, height)
}

function drawRidge(pen: Pen, color: string, layer: number, random: () => number): void {
  const { width, height } = pen.canvas
  const base = height * (0.5 + layer * 0.15 + random() * 0.06)
  const waves = [random() * 6, random() * 6, random() * 6]
  pen.beginPath()
  pen.moveTo(0, height)
  for (let x = 0; x <= width; x += Math.max(1, width / 160)) {
    const at = (x / width) * Math.PI * 2
    const lift = waves.reduce(
      (sum, phase, i) => sum + Math.sin(at * (i + 0.7) + phase) / (i + 1.4),
      0,
    )
    pen.lineTo(x, base - lift * height * 0.055)
  }
  pen.lineTo(width, height)
  pen.fillStyle = color
  pen.fill()
}

function drawHouses(pen: Pen, random: () => number): void {
  const { width, height } = pen.canvas
  const count = Math.floor(random() * 4)
  for (let i = 0; i < count; i++) {
    const size = height * (0.05 + random() * 0.06)
    const x = width * (0.1 + random() * 0.75)
    const y = height * (0.82 + random() * 0.06)
    pen.fillStyle = ['#f3e6d2', '#d9b79a', '#cdd6d8'][i % 3] ?? '#eee'
    pen.fillRect(x, y - size, size * 1.2, size)
    pen.fillStyle = '#9c4a35'
    pen.beginPath()
    pen.moveTo(x - size * 0.12, y - size)
    pen.lineTo(x + size * 0.6, y - size * 1.6)
    pen.lineTo(x + size * 1.32, y - size)
    pen.fill()
  }
}

function drawGrain(pen: Pen, random: () => number): void {
  const { width, height } = pen.canvas
  for (let i = 0; i < 900; i++) {
    pen.fillStyle = random() < 0.5 ? '#ffffff0c' : '#0000000e'
    pen.fillRect(random() * width, random() * height, width / 90, height / 160)
  }
}

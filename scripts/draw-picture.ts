/**
 * Pictures for screenshots, drawn instead of taken, so that nobody's photos are needed: skies, hills, the sea,
 * towns by night and faces of simple shapes. Runs in a page; the same number always gives the same picture.
 */
import { numbersFrom } from '#tests/support/demo/scene.ts'

export type Motif = 'hills' | 'sea' | 'night' | 'portrait' | 'meadow'

export interface PicturePlan {
  readonly motif: Motif
  readonly seed: number
  readonly width: number
  readonly height: number
}

type Pen = OffscreenCanvasRenderingContext2D
type Painter = (pen: Pen, random: () => number) => void

const skies = [
  ['#3f7fc1', '#9cc9ea', '#fbeedb'],
  ['#35356b', '#c8587a', '#ffc27a'],
  ['#5aa5c8', '#b9e0e6', '#fdf6e0'],
  ['#6a4c93', '#f08a8a', '#ffe0a3'],
] as const
const lands = [
  ['#8fb4a6', '#5d9079', '#2f6650', '#1d4437'],
  ['#b07a8c', '#7c4f6f', '#4c3357', '#2b2140'],
  ['#c9c987', '#97a94f', '#5f8338', '#365a2b'],
] as const
const clothes = ['#d8573c', '#2f6f8f', '#e0a43a', '#5b7f4b', '#7b4b94', '#e7e0d3']
const skins = ['#f1c9a5', '#c98d63', '#8d5a3b', '#e6b08a']
const hairs = ['#3a2618', '#8a5a2b', '#d9b36a', '#1c1a1c', '#a33b22']
const walls = ['#f2c9b0', '#9fc6c0', '#f4dd9c', '#c4b3d8', '#d98f7c']

/** The picture as a JPEG. */
export async function drawPicture({ motif, seed, width, height }: PicturePlan): Promise<number[]> {
  const canvas = new OffscreenCanvas(width, height)
  const pen = canvas.getContext('2d')
  if (pen === null) throw new Error('no canvas')
  painters[motif](pen, numbersFrom(seed * 7919 + 31))
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
  return [...new Uint8Array(await blob.arrayBuffer())]
}

const painters: Readonly<Record<Motif, Painter>> = {
  hills(pen, random) {
    sky(pen, pick(skies, random), random)
    const land = pick(lands, random)
    for (const [n, color] of land.entries()) ridge(pen, { color, at: 0.48 + n * 0.13 }, random)
  },
  sea(pen, random) {
    sky(pen, pick(skies, random), random)
    water(pen, random)
    if (random() < 0.8) boat(pen, random)
  },
  night(pen, random) {
    fade(pen, 0, 1, ['#0d1530', '#27305e', '#6d4a72'])
    stars(pen, random)
    for (const level of [0, 1, 2]) houses(pen, level, random)
  },
  portrait(pen, random) {
    fade(pen, 0, 1, [pick(walls, random), pick(walls, random), '#efe4d2'])
    glow(pen, random)
    face(pen, random)
  },
  meadow(pen, random) {
    sky(pen, skies[2], random)
    ridge(pen, { color: '#9dbb6a', at: 0.42 }, random)
    ridge(pen, { color: '#6d9c46', at: 0.55 }, random)
    for (let n = 0; n < 220; n++) flower(pen, n / 220, random)
  },
}

function sky(pen: Pen, colors: readonly string[], random: () => number): void {
  fade(pen, 0, 0.75, colors)
  glow(pen, random)
  const { width, height } = pen.canvas
  for (let n = 0; n < 5; n++) {
    const x = random() * width
    const y = height * (0.08 + random() * 0.28)
    for (let puff = 0; puff < 6; puff++) {
      const size = width * (0.02 + random() * 0.04)
      disc(pen, [x + (puff - 3) * size * 0.9, y + random() * size * 0.5], size, '#ffffff1f')
    }
  }
}

function fade(pen: Pen, from: number, to: number, colors: readonly string[]): void {
  const { width, height } = pen.canvas
  const gradient = pen.createLinearGradient(0, from * height, 0, to * height)
  colors.forEach((color, n) => gradient.addColorStop(n / (colors.length - 1), color))
  pen.fillStyle = gradient
  pen.fillRect(0, from * height, width, height * (1 - from))
}

function glow(pen: Pen, random: () => number): void {
  const { width, height } = pen.canvas
  const [x, y] = [width * (0.2 + random() * 0.6), height * (0.15 + random() * 0.25)]
  const light = pen.createRadialGradient(x, y, 0, x, y, Math.max(width, height) * 0.45)
  light.addColorStop(0, '#fffbe8')
  light.addColorStop(0.08, '#fff3d0cc')
  light.addColorStop(1, '#fff3d000')
  pen.fillStyle = light
  pen.fillRect(0, 0, width, height)
}

function ridge(pen: Pen, { color, at }: { color: string; at: number }, random: () => number): void {
  const { width, height } = pen.canvas
  const phases = [random() * 6, random() * 6, random() * 6, random() * 6]
  pen.beginPath()
  pen.moveTo(0, height)
  for (let x = 0; x <= width; x += 4) {
    const turn = (x / width) * Math.PI * 2
    const lift = phases.reduce(
      (sum, phase, n) => sum + Math.sin(turn * (n + 0.6) + phase) / (n + 1),
      0,
    )
    pen.lineTo(x, height * (at - lift * 0.045))
  }
  pen.lineTo(width, height)
  pen.fillStyle = color
  pen.fill()
}

function water(pen: Pen, random: () => number): void {
  const { width, height } = pen.canvas
  fade(
    pen,
    0.56,
    1,
    random() < 0.5 ? ['#6fb3c4', '#1f5f7d', '#123d58'] : ['#d99a86', '#6c5a86', '#2b2f57'],
  )
  for (let n = 0; n < 260; n++) {
    const depth = random()
    pen.fillStyle = `rgb(255 248 225 / ${(0.05 + random() * 0.2).toFixed(2)})`
    const [x, y] = [random() * width, height * (0.565 + depth * depth * 0.43)]
    pen.fillRect(x, y, width * (0.01 + depth * 0.07), 1 + depth * height * 0.004)
  }
}

function boat(pen: Pen, random: () => number): void {
  const { width, height } = pen.canvas
  const [x, y, size] = [width * (0.25 + random() * 0.5), height * 0.66, width * 0.09]
  shape(pen, '#f7efe0', [x, y - size * 1.5, x + size * 0.75, y - size * 0.12, x, y - size * 0.12])
  shape(pen, pick(clothes, random), [
    x - 6,
    y - size * 1.3,
    x - size * 0.5,
    y - size * 0.12,
    x - 6,
    y - size * 0.12,
  ])
  shape(pen, '#5a3626', [
    x - size * 0.7,
    y,
    x + size * 0.9,
    y,
    x + size * 0.6,
    y + size * 0.3,
    x - size * 0.45,
    y + size * 0.3,
  ])
}

function stars(pen: Pen, random: () => number): void {
  const { width, height } = pen.canvas
  for (let n = 0; n < 90; n++)
    disc(pen, [random() * width, random() * height * 0.5], 1 + random() * 2.4, '#ffffffb0')
  disc(pen, [width * (0.2 + random() * 0.6), height * 0.18], width * 0.05, '#fdf3d3')
}

function houses(pen: Pen, level: number, random: () => number): void {
  const { width, height } = pen.canvas
  const size = width * (0.085 + level * 0.03)
  for (let x = -size * random(); x < width; x += size * 1.04) {
    const top = height * (0.5 + level * 0.15 + random() * 0.07)
    pen.fillStyle = ['#2c2f5a', '#20234a', '#141633'][level] ?? '#141633'
    pen.fillRect(x, top, size, height - top)
    shape(pen, pen.fillStyle, [
      x - size * 0.06,
      top,
      x + size / 2,
      top - size * 0.45,
      x + size * 1.06,
      top,
    ])
    for (let n = 0; n < 6; n++) {
      if (random() < 0.4) continue
      pen.fillStyle = random() < 0.7 ? '#ffd27a' : '#ffb25e'
      pen.fillRect(
        x + size * (0.16 + (n % 2) * 0.42),
        top + size * (0.2 + Math.floor(n / 2) * 0.5),
        size * 0.24,
        size * 0.28,
      )
    }
  }
}

function face(pen: Pen, random: () => number): void {
  const { width, height } = pen.canvas
  const unit = Math.min(width, height) * 0.2
  const [x, y] = [width * (0.42 + random() * 0.16), height * 0.46]
  const [skin, hair] = [pick(skins, random), pick(hairs, random)]
  disc(pen, [x, y - unit * 0.22], unit * 1.14, hair)
  if (random() < 0.6) pen.fillRect(x - unit * 1.12, y - unit * 0.2, unit * 2.24, unit * 1.3)
  oval(pen, [x, y + unit * 2.75], [unit * 1.9, unit * 1.6], pick(clothes, random))
  pen.fillStyle = skin
  pen.fillRect(x - unit * 0.3, y + unit * 0.6, unit * 0.6, unit * 0.8)
  oval(pen, [x, y], [unit * 0.86, unit], skin)
  oval(pen, [x, y - unit * 0.83], [unit * 0.8, unit * 0.34], hair)
  for (const side of [-1, 1]) {
    disc(pen, [x + side * unit * 0.34, y - unit * 0.08], unit * 0.085, '#2a1d18')
    disc(pen, [x + side * unit * 0.5, y + unit * 0.28], unit * 0.16, '#e8735a30')
  }
  pen.strokeStyle = '#8a3b2e'
  pen.lineWidth = unit * 0.07
  pen.lineCap = 'round'
  pen.beginPath()
  pen.arc(x, y + unit * 0.28, unit * 0.34, Math.PI * 0.15, Math.PI * 0.85)
  pen.stroke()
}

function flower(pen: Pen, depth: number, random: () => number): void {
  const { width, height } = pen.canvas
  const size = width * (0.003 + depth * 0.014)
  const [x, y] = [random() * width, height * (0.58 + depth * 0.42)]
  pen.fillStyle = '#3f6f2c'
  pen.fillRect(x - size * 0.12, y, size * 0.24, size * 3)
  const color = pick(['#f6d743', '#f2f0e6', '#e0556b', '#b186d6', '#f08a3c'], random)
  for (let n = 0; n < 5; n++) {
    const turn = (n / 5) * Math.PI * 2
    disc(
      pen,
      [x + Math.cos(turn) * size * 0.75, y + Math.sin(turn) * size * 0.75],
      size * 0.6,
      color,
    )
  }
  disc(pen, [x, y], size * 0.45, '#8a5a1c')
}

function disc(pen: Pen, at: readonly [number, number], radius: number, color: string): void {
  oval(pen, at, [radius, radius], color)
}

function oval(
  pen: Pen,
  [x, y]: readonly [number, number],
  [wide, high]: readonly [number, number],
  color: string,
): void {
  pen.fillStyle = color
  pen.beginPath()
  pen.ellipse(x, y, wide, high, 0, 0, Math.PI * 2)
  pen.fill()
}

/** A filled shape through these points, x and y in turn. */
function shape(pen: Pen, color: string, points: readonly number[]): void {
  pen.fillStyle = color
  pen.beginPath()
  for (let n = 0; n < points.length; n += 2) pen.lineTo(points[n] ?? 0, points[n + 1] ?? 0)
  pen.fill()
}

function pick<T>(from: readonly [T, ...T[]] | readonly T[], random: () => number): T {
  const picked = from[Math.floor(random() * from.length)]
  if (picked === undefined) throw new Error('nothing to pick from')
  return picked
}

/**
 * Photographs of a product: where it stands, how it is turned, what light falls on it, how much of it is seen.
 */
import sharp from 'sharp'
import { type Colour, createCanvas, shade } from './canvas.ts'
import type { DemoProduct } from './products/product.ts'
import { between, pick, type Random, seededRandom } from './random.ts'

/** Views that a product has; the last one, a hand-held photograph, is never in the manifest. */
export const VIEWS = ['studio', 'colour', 'table', 'evening', 'detail', 'handheld'] as const
export type View = (typeof VIEWS)[number]

interface Scene {
  readonly width: number
  readonly height: number
  readonly backdrop: string
  /** Definitions that the backdrop and the light use. */
  readonly definitions: string
  /** Height of the product's box as a share of the picture's. */
  readonly scale: number
  /** Where the middle of the product is, as shares of the picture. */
  readonly at: readonly [number, number]
  readonly turn: number
  /** Sideways shear, as when seen from one side. */
  readonly lean: number
  /** Width against height of the product: below 1 = turned away. */
  readonly squeeze: number
  readonly shadow: { readonly dx: number; readonly dy: number; readonly blur: number; readonly opacity: number }
  /** Drawn over everything: warm or cold light, window, vignette. */
  readonly light: string
  readonly quality: number
}

/**
 * Draws one view.
 *
 * @param seed the same seed gives the same picture
 * @returns JPEG of 480 to 640 px a side
 */
export async function photograph(product: DemoProduct, view: View, seed: number): Promise<Buffer> {
  const random = seededRandom(seed, product.id, view)
  const scene = SCENES[view](random)
  const { width, height, scale, at, turn, lean, squeeze } = scene
  const canvas = createCanvas()
  const size = (height * scale) / 400
  const drawing = `<g transform="translate(${at[0] * width} ${at[1] * height}) rotate(${turn}) skewX(${lean}) scale(${size * squeeze} ${size}) translate(-200 -205)">${product.draw(canvas)}</g>`
  const definitions = canvas.definitions.join('')
  const shadow = await castShadow(drawing, definitions, scene)
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs>${definitions}${scene.definitions}</defs>${scene.backdrop}${shadow}${drawing}${scene.light}</svg>`
  return sharp(Buffer.from(svg)).flatten({ background: '#fff' }).jpeg({ quality: scene.quality }).toBuffer()
}

/** The shadow, blurred at a sixteenth of the size and stretched: a blur at full size takes longer than all the rest. */
async function castShadow(drawing: string, definitions: string, { width, height, shadow }: Scene): Promise<string> {
  const small = `<svg xmlns="http://www.w3.org/2000/svg" width="${width / 16}" height="${height / 16}" viewBox="0 0 ${width} ${height}"><defs>${definitions}<filter id="shadow"><feGaussianBlur in="SourceAlpha" stdDeviation="${shadow.blur}"/></filter></defs><g filter="url(#shadow)">${drawing}</g></svg>`
  const png = await sharp(Buffer.from(small)).png({ compressionLevel: 1 }).toBuffer()
  return `<image href="data:image/png;base64,${png.toString('base64')}" x="${shadow.dx}" y="${shadow.dy}" width="${width}" height="${height}" preserveAspectRatio="none" opacity="${shadow.opacity}"/>`
}

const PALE: readonly Colour[] = ['#f4f2ee', '#eef1f3', '#f3eee8', '#eef2ec', '#f2eff4']
const STRONG: readonly Colour[] = [
  '#e8b4a0',
  '#8fb9c9',
  '#c9b6dc',
  '#a9c8a4',
  '#f0cf7a',
  '#d9918f',
  '#7d93b8',
  '#b9c4a0',
]
const WOODS: readonly Colour[] = ['#a9744a', '#c39a6b', '#7a5236', '#b58b63']
const WALLS: readonly Colour[] = ['#dcd6cb', '#b8c4c2', '#e7ddd0', '#9fb0ae', '#d8c3b5']

const VIGNETTE =
  '<radialGradient id="vignette" r=".75"><stop offset=".55" stop-color="#000" stop-opacity="0"/><stop offset="1" stop-color="#000" stop-opacity=".3"/></radialGradient>'
const cover = (fill: string, opacity = 1, blend = 'normal'): string =>
  `<rect width="100%" height="100%" fill="${fill}" opacity="${opacity}" style="mix-blend-mode:${blend}"/>`

const SCENES: Readonly<Record<View, (random: Random) => Scene>> = {
  studio(random) {
    const tone = pick(random, PALE)
    return {
      width: 600,
      height: 600,
      definitions: `<radialGradient id="sweep" cy=".4" r=".8"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="${shade(tone, -0.12)}"/></radialGradient>`,
      backdrop: cover('url(#sweep)'),
      scale: between(random, 0.78, 0.86),
      at: [0.5, 0.5],
      turn: 0,
      lean: 0,
      squeeze: 1,
      shadow: { dx: 0, dy: 9, blur: 9, opacity: 0.32 },
      light: '',
      quality: 88,
    }
  },

  colour(random) {
    const tone = pick(random, STRONG)
    const side = random() < 0.5 ? 0.26 : 0.74
    return {
      width: 540,
      height: 640,
      definitions: `<linearGradient id="wall" x2="1" y2="1"><stop offset="0" stop-color="${shade(tone, 0.25)}"/><stop offset="1" stop-color="${shade(tone, -0.15)}"/></linearGradient><linearGradient id="top" x2="0" y2="1"><stop offset="0" stop-color="${shade(tone, 0.5)}"/><stop offset="1" stop-color="${shade(tone, 0.1)}"/></linearGradient>${VIGNETTE}`,
      backdrop: `${cover('url(#wall)')}<circle cx="${side * 540}" cy="250" r="${between(random, 150, 220)}" fill="${shade(tone, 0.4)}" opacity=".6"/><ellipse cx="270" cy="560" rx="235" ry="56" fill="${shade(tone, -0.25)}"/><rect x="35" y="548" width="470" height="92" fill="${shade(tone, -0.25)}"/><ellipse cx="270" cy="548" rx="235" ry="56" fill="url(#top)"/>`,
      scale: between(random, 0.68, 0.74),
      at: [0.5, 0.52],
      turn: between(random, -3, 3),
      lean: between(random, -4, 4),
      squeeze: between(random, 0.88, 0.98),
      shadow: { dx: side < 0.5 ? 14 : -14, dy: 10, blur: 10, opacity: 0.4 },
      light: cover('url(#vignette)', 0.5),
      quality: 86,
    }
  },

  table(random) {
    const wood = pick(random, WOODS)
    const wall = pick(random, WALLS)
    const boards = Array.from({ length: 16 }, () => {
      const y = between(random, 350, 500)
      return `<path d="M0 ${y}Q${between(random, 100, 500)} ${y + between(random, -7, 7)} 640 ${y + between(random, -4, 4)}" stroke="${shade(wood, random() < 0.5 ? -0.22 : 0.14)}" stroke-width="${between(random, 1, 3)}" opacity=".5" fill="none"/>`
    })
    return {
      width: 640,
      height: 500,
      definitions: `<linearGradient id="wall"><stop offset="0" stop-color="${shade(wall, 0.3)}"/><stop offset="1" stop-color="${shade(wall, -0.22)}"/></linearGradient>${VIGNETTE}`,
      backdrop: `${cover('url(#wall)')}<rect y="345" width="640" height="160" fill="${wood}"/>${boards.join('')}<rect y="340" width="640" height="7" fill="${shade(wood, -0.35)}"/>${clutter(random)}`,
      scale: between(random, 0.76, 0.86),
      at: [between(random, 0.4, 0.6), 0.5],
      turn: between(random, -9, 9),
      lean: between(random, -5, 5),
      squeeze: random() < 0.5 ? 0.92 : 1,
      shadow: { dx: 20, dy: 12, blur: 9, opacity: 0.45 },
      light: cover('url(#vignette)', 0.8),
      quality: 84,
    }
  },

  evening(random) {
    const tone = pick(random, STRONG)
    const slant = between(random, -70, 70)
    const panes = [0, 1, 2].map(
      (i) =>
        `<path d="M${90 + i * 175} -20h120l${slant} 680h-120z" fill="#ffd894" opacity=".22" style="mix-blend-mode:screen"/>`,
    )
    return {
      width: 600,
      height: 600,
      definitions: `<linearGradient id="wall" x2="1" y2="1"><stop offset="0" stop-color="${shade(tone, 0.2)}"/><stop offset="1" stop-color="${shade(tone, -0.3)}"/></linearGradient><linearGradient id="sun" x2="1" y2="1"><stop offset="0" stop-color="#ffe3bd"/><stop offset=".5" stop-color="#f2bd8e"/><stop offset="1" stop-color="#8d7ba6"/></linearGradient>`,
      backdrop: cover('url(#wall)'),
      scale: between(random, 0.7, 0.8),
      at: [between(random, 0.47, 0.53), 0.51],
      turn: between(random, -14, 14),
      lean: between(random, -7, 7),
      squeeze: between(random, 0.9, 1),
      shadow: { dx: 26, dy: 22, blur: 12, opacity: 0.55 },
      light: cover('url(#sun)', 0.72, 'multiply') + panes.join(''),
      quality: 84,
    }
  },

  detail(random) {
    const tone = pick(random, [...PALE, ...STRONG])
    return {
      width: 600,
      height: 600,
      definitions: VIGNETTE,
      backdrop: cover(tone),
      scale: between(random, 1.25, 1.5),
      at: [between(random, 0.42, 0.58), between(random, 0.42, 0.62)],
      turn: between(random, -6, 6),
      lean: 0,
      squeeze: 1,
      shadow: { dx: 10, dy: 14, blur: 14, opacity: 0.35 },
      light: cover('url(#vignette)', 0.6),
      quality: 86,
    }
  },

  handheld(random) {
    const cloth = pick(random, WALLS)
    return {
      width: 520,
      height: 640,
      definitions: `<pattern id="weave" width="46" height="46" patternUnits="userSpaceOnUse" patternTransform="rotate(${between(random, 20, 60)})"><rect width="46" height="46" fill="${cloth}"/><rect width="23" height="46" fill="${shade(cloth, -0.1)}" opacity=".4"/><rect width="46" height="23" fill="${shade(cloth, -0.1)}" opacity=".4"/></pattern><radialGradient id="flash" cx=".4" cy=".35" r=".8"><stop offset="0" stop-color="#fffdf4"/><stop offset="1" stop-color="#8f9ab5"/></radialGradient>`,
      backdrop: cover('url(#weave)'),
      scale: between(random, 0.66, 0.78),
      at: [between(random, 0.44, 0.56), between(random, 0.46, 0.54)],
      turn: between(random, -16, 16),
      lean: between(random, -6, 6),
      squeeze: between(random, 0.9, 1),
      shadow: { dx: 12, dy: 14, blur: 10, opacity: 0.5 },
      light: cover('url(#flash)', 1, 'multiply'),
      quality: 72,
    }
  },
}

/** Things that stand on a table by chance: a vase, books, a cup. They tell the search what the subject is not. */
function clutter(random: Random): string {
  const left = random() < 0.5
  const tone = pick(random, STRONG)
  const books = [0, 1, 2].map(
    (i) =>
      `<rect x="${(left ? 14 : 500) + i * 5}" y="${352 - i * 19}" width="${120 - i * 14}" height="18" rx="2" fill="${shade(STRONG[(i * 3 + Math.floor(random() * 8)) % 8] as Colour, -0.25)}"/>`,
  )
  const vase = `<path d="M${left ? 560 : 50} 240c-8 30 -34 50 -30 90c2 26 14 40 38 40s36 -14 38 -40c4 -40 -22 -60 -30 -90z" fill="${shade(tone, -0.1)}"/><path d="M${left ? 560 : 50} 240c-8 30 -34 50 -30 90c2 26 14 40 38 40z" fill="#fff" opacity=".16"/>`
  return `<g opacity=".9">${books.join('')}${vase}</g>`
}

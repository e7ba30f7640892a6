/** The answer of a search as one picture: the query at the left, the results with score, product and category beside it. */
import sharp, { type Sharp } from 'sharp'
import { type CaptionWriter, captionWriter } from './captions.ts'

export interface SheetResult {
  /** Encoded picture; absent = the instance keeps no thumbnails. */
  readonly picture?: Uint8Array
  /** 0..1; absent when the search gives none. */
  readonly score?: number
  readonly productId: string
  readonly picName: string
  readonly category: string
}

export interface Sheet {
  /** Absent when the search was not by picture. */
  readonly query?: {
    readonly picture: Uint8Array
    /** Box that the search looked at, in pixels of the picture. */
    readonly region?: { readonly x1: number; readonly x2: number; readonly y1: number; readonly y2: number }
  }
  readonly title: string
  /** Lines below the query: what was asked, what was seen, how long it took. */
  readonly facts: readonly string[]
  readonly results: readonly SheetResult[]
}

const MARGIN = 48
const QUERY = 400
const TILE = 200
const CARD = { width: TILE + 24, height: TILE + 100, gap: 20 } as const
const COLUMNS = 5
const HEADER = 92
const INK = '#1d2430'
const QUIET = '#6b7482'
const PAPER = '#f3f1ec'

/** @returns PNG, 1700 px wide */
export async function drawContactSheet(sheet: Sheet): Promise<Buffer> {
  const write = await captionWriter()
  const left = sheet.query || sheet.facts.length > 0 ? QUERY + 56 : 0
  const rows = Math.max(1, Math.ceil(sheet.results.length / COLUMNS))
  const width = 2 * MARGIN + left + COLUMNS * (CARD.width + CARD.gap) - CARD.gap
  const height =
    HEADER + Math.max(rows * (CARD.height + CARD.gap) - CARD.gap, QUERY + 60 + 34 * sheet.facts.length) + MARGIN

  const spots = sheet.results.map((_, i) => ({
    x: MARGIN + left + (i % COLUMNS) * (CARD.width + CARD.gap),
    y: HEADER + Math.floor(i / COLUMNS) * (CARD.height + CARD.gap),
  }))
  const query = sheet.query && (await drawQuery(sheet.query))
  const below = [
    `<rect width="${width}" height="${height}" fill="${PAPER}"/>`,
    ...spots.map(({ x, y }) => drawCardGround(x, y, CARD.width, CARD.height)),
    sheet.query ? drawCardGround(MARGIN, HEADER, QUERY, QUERY) : '',
  ]
  const above = [
    write(sheet.title, { x: MARGIN, y: 58, size: 30, colour: INK, isBold: true, maxWidth: width - 2 * MARGIN }),
    ...sheet.facts.map((fact, i) =>
      write(fact, {
        x: MARGIN,
        y: HEADER + (sheet.query ? QUERY + 44 : 28) + i * 34,
        size: 17,
        colour: i === 0 ? INK : QUIET,
        isBold: i === 0,
        maxWidth: QUERY,
      }),
    ),
    ...sheet.results.map((result, i) => drawCardText(write, result, spots[i]!)),
  ]
  const tiles = await Promise.all(sheet.results.map(({ picture }) => drawTile(picture)))
  const svg = (parts: readonly string[]): Buffer =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${parts.join('')}</svg>`)
  return sharp(svg(below))
    .composite([
      ...(query ? [{ input: query, left: MARGIN, top: HEADER }] : []),
      ...tiles.map((input, i) => ({ input, left: spots[i]!.x + 12, top: spots[i]!.y + 12 })),
      { input: svg(above), left: 0, top: 0 },
    ])
    .flatten({ background: PAPER })
    .png({ palette: true, quality: 95, effort: 4 })
    .toBuffer()
}

/** A white card with a soft edge below it. */
function drawCardGround(x: number, y: number, width: number, height: number): string {
  const edge = [5, 3, 1].map(
    (d) =>
      `<rect x="${x - d + 1}" y="${y - d + 4}" width="${width + 2 * d - 2}" height="${height + 2 * d - 2}" rx="${16 + d}" fill="#3a2f1d" opacity=".03"/>`,
  )
  return `${edge.join('')}<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="16" fill="#fff"/>`
}

function drawCardText(
  write: CaptionWriter,
  { score, productId, picName, category }: SheetResult,
  at: { x: number; y: number },
): string {
  const left = at.x + 14
  const top = at.y + TILE + 12
  const maxWidth = CARD.width - 28
  const pill =
    score === undefined
      ? ''
      : `<rect x="${at.x + CARD.width - 82}" y="${at.y + 20}" width="62" height="30" rx="15" fill="${scoreColour(score)}"/>` +
        write(score.toFixed(2), {
          x: at.x + CARD.width - 51,
          y: at.y + 41,
          size: 17,
          colour: '#fff',
          isBold: true,
          anchor: 'middle',
          maxWidth: 60,
        })
  return (
    pill +
    write(productId, { x: left, y: top + 30, size: 19, colour: INK, isBold: true, maxWidth }) +
    write(category, { x: left, y: top + 54, size: 16, colour: QUIET, maxWidth }) +
    write(picName, { x: left, y: top + 76, size: 13, colour: '#9aa2ad', maxWidth })
  )
}

/** Green from .6 on, amber from .3 (above it lie few unrelated pictures), grey below. */
function scoreColour(score: number): string {
  if (score >= 0.6) return '#1f8a5b'
  return score >= 0.3 ? '#c9851f' : '#8a929d'
}

async function drawTile(picture: Uint8Array | undefined): Promise<Buffer> {
  if (!picture)
    return rounded(sharp({ create: { width: TILE, height: TILE, channels: 3, background: '#eceae5' } }), TILE)
  return rounded(sharp(picture).rotate().resize(TILE, TILE, { fit: 'contain', background: '#f4f2ee' }), TILE)
}

async function drawQuery({ picture, region }: NonNullable<Sheet['query']>): Promise<Buffer> {
  const { data, info } = await sharp(picture)
    .rotate()
    .resize(QUERY, QUERY, { fit: 'contain', background: '#f4f2ee' })
    .png()
    .toBuffer({ resolveWithObject: true })
  if (!region) return rounded(sharp(data), info.width)
  const { autoOrient } = await sharp(picture).metadata()
  const scale = QUERY / Math.max(autoOrient.width, autoOrient.height)
  const x = (QUERY - autoOrient.width * scale) / 2 + region.x1 * scale
  const y = (QUERY - autoOrient.height * scale) / 2 + region.y1 * scale
  const size = `width="${(region.x2 - region.x1) * scale}" height="${(region.y2 - region.y1) * scale}"`
  const frame = `<svg xmlns="http://www.w3.org/2000/svg" width="${QUERY}" height="${QUERY}"><rect x="${x}" y="${y}" ${size} rx="8" fill="none" stroke="#fff" stroke-width="6" opacity=".85"/><rect x="${x}" y="${y}" ${size} rx="8" fill="none" stroke="#e2572b" stroke-width="3"/></svg>`
  return rounded(
    sharp(
      await sharp(data)
        .composite([{ input: Buffer.from(frame) }])
        .png()
        .toBuffer(),
    ),
    QUERY,
  )
}

/** PNG with round corners. */
function rounded(picture: Sharp, size: number): Promise<Buffer> {
  const mask = `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><rect width="${size}" height="${size}" rx="12"/></svg>`
  return picture
    .ensureAlpha()
    .composite([{ input: Buffer.from(mask), blend: 'dest-in' }])
    .png()
    .toBuffer()
}

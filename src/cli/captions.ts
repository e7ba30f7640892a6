/** Text in pictures: in the fonts of the machine, or in strokes of our own where it has none (a slim container). */
import sharp from 'sharp'
import { letters } from '../demo/index.ts'
import { cut } from './table.ts'

export interface Caption {
  readonly x: number
  /** The line that the letters stand on. */
  readonly y: number
  /** Font size in px. */
  readonly size: number
  readonly colour: string
  readonly isBold?: boolean
  readonly anchor?: 'start' | 'middle' | 'end'
  /** Longer text is cut with an ellipsis. */
  readonly maxWidth: number
}

/** SVG of one line of text. */
export type CaptionWriter = (text: string, caption: Caption) => string

/** Width of a narrow letter as a share of the font size; a CJK sign is twice as wide. */
const LETTER_WIDTH = 0.56
/** Height of a capital as a share of the font size. */
const CAPITAL_HEIGHT = 0.7

/** The way of writing text that works on this machine. */
export async function captionWriter(): Promise<CaptionWriter> {
  return (await hasFonts()) ? writeInFont : writeInStrokes
}

export function writeInFont(text: string, { x, y, size, colour, isBold, anchor = 'start', maxWidth }: Caption): string {
  const columns = Math.floor(maxWidth / (size * (isBold ? LETTER_WIDTH * 1.08 : LETTER_WIDTH)))
  return `<text x="${x}" y="${y}" font-family="Inter, 'Segoe UI', 'Helvetica Neue', 'Noto Sans', 'DejaVu Sans', sans-serif" font-size="${size}" font-weight="${isBold ? 700 : 400}" fill="${colour}" text-anchor="${anchor}">${escapeXml(cut(text, columns))}</text>`
}

export function writeInStrokes(
  text: string,
  { x, y, size, colour, isBold, anchor = 'start', maxWidth }: Caption,
): string {
  const columns = Math.floor(maxWidth / (size * LETTER_WIDTH))
  const weight = isBold ? 0.19 : 0.12
  return letters(cut(text, columns), { x, y, size: size * CAPITAL_HEIGHT, colour, weight, anchor, maxWidth })
}

async function hasFonts(): Promise<boolean> {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><text x="4" y="32" font-size="32">M</text></svg>'
  const { channels } = await sharp(Buffer.from(svg)).stats()
  return (channels.at(-1)?.max ?? 0) > 0
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

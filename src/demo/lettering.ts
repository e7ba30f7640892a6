/**
 * Letters as strokes of our own: labels on made products, and captions where a machine has no fonts at all.
 */

/** Height of a capital letter in the units of the glyphs. */
const CAP_HEIGHT = 14
const GAP = 3.2
const SPACE = 6

/** Capitals, digits and signs as centre lines in a box that is `width` wide and 14 high; y grows downward. */
const GLYPHS: Readonly<Record<string, readonly [width: number, path: string]>> = {
  A: [10, 'M0 14L5 0L10 14M1.8 9H8.2'],
  B: [8.5, 'M0 0V14H5A3.6 3.6 0 0 0 5 6.7H0M0 0H4.6A3.3 3.3 0 0 1 4.6 6.7'],
  C: [10, 'M10 2.4A6.2 7 0 1 0 10 11.6'],
  D: [9.5, 'M0 0V14H3.5A6 7 0 0 0 3.5 0Z'],
  E: [8, 'M8 0H0V14H8M0 6.7H6.5'],
  F: [8, 'M8 0H0V14M0 6.7H6.5'],
  G: [10.5, 'M10 2.4A6.2 7 0 1 0 10.5 9.5V8H6.5'],
  H: [9, 'M0 0V14M9 0V14M0 6.8H9'],
  I: [0.5, 'M0.2 0V14'],
  J: [6.5, 'M6.5 0V10.2A3.25 3.8 0 0 1 0 10.2'],
  K: [8.5, 'M0 0V14M8.5 0L0 8.4M3.2 5.4L8.5 14'],
  L: [7.5, 'M0 0V14H7.5'],
  M: [11, 'M0 14V0L5.5 9L11 0V14'],
  N: [9.5, 'M0 14V0L9.5 14V0'],
  O: [11.5, 'M5.75 0A5.75 7 0 1 0 5.76 0Z'],
  P: [8.5, 'M0 14V0H4.8A3.7 3.7 0 0 1 4.8 7.4H0'],
  Q: [11.5, 'M5.75 0A5.75 7 0 1 0 5.76 0ZM7 10L11 14.6'],
  R: [8.8, 'M0 14V0H4.8A3.5 3.5 0 0 1 4.8 7H0M4.4 7L8.8 14'],
  S: [
    8.5,
    'M8 2.4C6.6 .6 4.6 0 4 0C1.8 0 .5 1.6 .5 3.4C.5 8.2 8.5 5.6 8.5 10.5C8.5 12.6 6.6 14 4.4 14C2.4 14 .8 13 0 11.4',
  ],
  T: [9, 'M0 0H9M4.5 0V14'],
  U: [9, 'M0 0V9.2A4.5 4.8 0 0 0 9 9.2V0'],
  V: [10, 'M0 0L5 14L10 0'],
  W: [14, 'M0 0L3.5 14L7 2L10.5 14L14 0'],
  X: [9, 'M0 0L9 14M9 0L0 14'],
  Y: [9, 'M0 0L4.5 7L9 0M4.5 7V14'],
  Z: [8.5, 'M0 0H8.5L0 14H8.5'],
  0: [9, 'M4.5 0C1.6 0 0 2.8 0 7S1.6 14 4.5 14S9 11.2 9 7S7.4 0 4.5 0Z'],
  1: [4, 'M0 2.6L4 0V14'],
  2: [8, 'M.3 3.4C.6 1.2 2.2 0 4.1 0C6.3 0 7.8 1.5 7.8 3.6C7.8 7.4 0 9.6 0 14H8'],
  3: [8, 'M.2 0H7.4L3.4 5.4C6.2 5.2 8 7 8 9.6C8 12.2 6.2 14 3.8 14C2 14 .6 13.2 0 11.6'],
  4: [8.5, 'M6.2 14V0L0 9.8H8.5'],
  5: [8, 'M7.2 0H1.2L.6 6.2C3.6 4.4 8 5.2 8 9.4C8 12.2 6.2 14 3.8 14C2 14 .6 13.2 0 11.8'],
  6: [8.4, 'M6.8 0C3 1.6 0 5.4 0 9.6C0 12.4 1.8 14 4.2 14S8.4 12.2 8.4 9.6S6.6 5.4 4.3 5.4C2 5.4 .4 7 0 9'],
  7: [8, 'M0 0H8L2.6 14'],
  8: [
    8.4,
    'M4.2 0C2 0 .8 1.5 .8 3.3S2.2 6.5 4.2 6.5S7.6 5.1 7.6 3.3S6.4 0 4.2 0ZM4.2 6.5C1.7 6.5 0 8 0 10.3S1.7 14 4.2 14S8.4 12.6 8.4 10.3S6.7 6.5 4.2 6.5Z',
  ],
  9: [8.4, 'M1.6 14C5.4 12.4 8.4 8.6 8.4 4.4C8.4 1.6 6.6 0 4.2 0S0 1.8 0 4.4S1.8 8.6 4.1 8.6C6.4 8.6 8 7 8.4 5'],
  '.': [0.6, 'M.3 13.6V14'],
  ',': [1.6, 'M1.4 13V14L0 16.4'],
  ':': [0.6, 'M.3 5.4V5.8M.3 13.6V14'],
  '-': [5, 'M0 7.6H5'],
  _: [7, 'M0 15H7'],
  '+': [7, 'M3.5 4V11M0 7.5H7'],
  '%': [11, 'M10 0L1 14M2.4 .4A2.1 2.4 0 1 0 2.41 .4ZM8.6 8.8A2.1 2.4 0 1 0 8.61 8.8Z'],
  '&': [
    10,
    'M9.6 14L2 4.6C.8 2.8 1.8 0 4.2 0S7 3.8 4.6 5.6C1.8 7.4 0 8.6 0 10.6C0 12.6 1.8 14 4 14C6.8 14 9 11.6 9.2 8',
  ],
  '/': [6, 'M6 0L0 14'],
  '#': [9.5, 'M3.4 1L1.6 13M7.8 1L6 13M.6 4.8H9.4M0 9.4H8.8'],
  '!': [0.6, 'M.3 0V9M.3 13.6V14'],
  '(': [3, 'M3 -.5C-.8 4 -.8 10 3 14.5'],
  ')': [3, 'M0 -.5C3.8 4 3.8 10 0 14.5'],
  "'": [0.6, 'M.3 0V3'],
  '—': [11, 'M0 7.6H11'],
  '…': [6.6, 'M.3 13.6V14M3.3 13.6V14M6.3 13.6V14'],
}
/** Stands for every sign that has no strokes of its own. */
const UNKNOWN = [7, 'M0 0H7V14H0Z'] as const

export interface Lettering {
  readonly x: number
  /** The line that the letters stand on. */
  readonly y: number
  /** Height of a capital. */
  readonly size: number
  readonly colour: string
  /** Stroke as a share of the height: .1 light, .2 bold. Default .14. */
  readonly weight?: number
  readonly anchor?: 'start' | 'middle' | 'end'
  /** Shrinks the letters to this width when they would be wider. */
  readonly maxWidth?: number
}

/** SVG of a line of letters; small letters become capitals. */
export function letters(
  text: string,
  { x, y, size, colour, weight = 0.14, anchor = 'start', maxWidth }: Lettering,
): string {
  const natural = (lettersWidth(text) * size) / CAP_HEIGHT
  const fit = maxWidth !== undefined && natural > maxWidth ? maxWidth / natural : 1
  const scale = (size * fit) / CAP_HEIGHT
  const start = x - natural * fit * { start: 0, middle: 0.5, end: 1 }[anchor]
  let pen = 0
  const strokes = [...text.toUpperCase()].map((sign) => {
    if (sign === ' ') {
      pen += SPACE
      return ''
    }
    const [width, path] = GLYPHS[sign] ?? UNKNOWN
    const stroke = `<path transform="translate(${pen.toFixed(1)})" d="${path}"/>`
    pen += width + GAP
    return stroke
  })
  return `<g transform="translate(${start.toFixed(1)} ${(y - size * fit).toFixed(1)}) scale(${scale.toFixed(3)})" fill="none" stroke="${colour}" stroke-width="${weight * CAP_HEIGHT}" stroke-linecap="round" stroke-linejoin="round">${strokes.join('')}</g>`
}

/** Width of a line in units of the glyphs. */
function lettersWidth(text: string): number {
  let width = 0
  for (const sign of text.toUpperCase()) width += sign === ' ' ? SPACE : (GLYPHS[sign] ?? UNKNOWN)[0] + GAP
  return Math.max(0, width - GAP)
}

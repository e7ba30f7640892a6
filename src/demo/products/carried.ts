/** Bags, shoes and accessories. */
import { box, type Canvas, type Colour, type FormLook, line, oval, shade, symmetric } from '../canvas.ts'
import { letters } from '../lettering.ts'
import type { DemoProduct } from './product.ts'

type Pattern = NonNullable<FormLook['pattern']>
const BRASS = '#d9b45b'
const STEEL = '#c3c9d0'

function tote(canvas: Canvas, fill: Colour, print: string, pattern?: Pattern): string {
  return (
    line('M130 150C126 20 274 20 270 150', shade(fill, -0.35), 13) +
    canvas.form('M84 146H316L332 388H68Z', { fill, light: 'cloth', ...(pattern && { pattern }), inside: print }) +
    line('M112 152C108 -20 292 -20 288 152', shade(fill, -0.2), 13) +
    line('M86 160H314', shade(fill, -0.4), 2, 'stroke-dasharray="7 4"')
  )
}

function backpack(canvas: Canvas, fill: Colour, accent: Colour): string {
  return (
    line('M170 60C170 14 230 14 230 60', accent, 12) +
    canvas.form(box(60, 190, 50, 150, 22), { fill: shade(fill, -0.2), light: 'round' }) +
    canvas.form(box(290, 190, 50, 150, 22), { fill: shade(fill, -0.2), light: 'round' }) +
    canvas.form(symmetric('M200 46 C120 46 96 90 92 160 C88 250 88 320 94 372 C130 392 170 392 200 392'), {
      fill,
      light: 'cloth',
    }) +
    line('M108 150C112 92 140 66 200 66C260 66 288 92 292 150', shade(fill, -0.45), 4) +
    canvas.form(box(118, 216, 164, 146, 26), { fill: shade(fill, 0.07), light: 'cloth' }) +
    canvas.form(box(118, 216, 164, 34, 16), { fill: shade(fill, -0.15), light: 'flat' }) +
    canvas.form(box(140, 110, 120, 60, 10), { fill: accent, light: 'flat' }) +
    `<circle cx="200" cy="140" r="17" fill="none" stroke="${shade(accent, 0.8)}" stroke-width="6"/>` +
    line('M150 250V288M250 250V288', accent, 12) +
    canvas.form(box(143, 280, 14, 18, 3), { fill: BRASS, light: 'flat' }) +
    canvas.form(box(243, 280, 14, 18, 3), { fill: BRASS, light: 'flat' })
  )
}

function handbag(canvas: Canvas, fill: Colour, shape: 'box' | 'saddle' | 'bucket', pattern?: Pattern): string {
  const looks: FormLook = { fill, light: 'gloss', ...(pattern && { pattern }) }
  if (shape === 'saddle') {
    return (
      line('M92 230C60 40 340 40 308 230', shade(fill, -0.3), 12) +
      canvas.form('M70 220H330C346 320 300 384 200 384C100 384 54 320 70 220Z', looks) +
      canvas.form('M66 208H334C346 270 300 322 200 322C100 322 54 270 66 208Z', {
        fill: shade(fill, 0.1),
        light: 'gloss',
        ...(pattern && { pattern }),
      }) +
      line('M80 218C84 270 120 308 200 308C280 308 316 270 320 218', shade(fill, 0.5), 2, 'stroke-dasharray="7 5"') +
      canvas.form(oval(200, 312, 20), { fill: BRASS, light: 'ball' })
    )
  }
  if (shape === 'bucket') {
    return (
      line('M110 150C100 10 300 10 290 150', shade(fill, -0.3), 10) +
      canvas.form('M96 140H304L326 372C300 396 100 396 74 372Z', { ...looks, light: 'round' }) +
      canvas.form(oval(200, 142, 104, 20), { fill: shade(fill, -0.45), light: 'none' }) +
      line('M98 176C150 196 250 196 302 176', shade(fill, -0.5), 6) +
      line('M190 190L176 268M210 190L228 262', shade(fill, -0.5), 5) +
      canvas.form(oval(175, 276, 9, 13), { fill: BRASS, light: 'ball' }) +
      canvas.form(oval(229, 270, 9, 13), { fill: BRASS, light: 'ball' })
    )
  }
  return (
    line('M140 166C140 60 260 60 260 166', shade(fill, -0.25), 16) +
    canvas.form(box(60, 160, 280, 226, 24), looks) +
    canvas.form('M60 184C60 170 70 160 84 160H316C330 160 340 170 340 184L330 262H70Z', {
      fill: shade(fill, -0.1),
      light: 'gloss',
      ...(pattern && { pattern }),
    }) +
    canvas.form(box(176, 238, 48, 44, 8), { fill: BRASS, light: 'gloss' }) +
    line('M200 254V268', '#6d5217', 5)
  )
}

function sneaker(canvas: Canvas, fill: Colour, accent: Colour, sole: Colour, high = false): string {
  const top = high
    ? 'M84 110C120 100 160 100 196 110C200 160 212 196 240 220'
    : 'M64 204C96 184 132 196 176 176C196 200 212 214 236 224'
  const laces = [0, 1, 2, 3].map((i) => line(`M${180 + i * 19} ${(high ? 172 : 196) + i * 15}l26 -18`, '#fdfdf8', 6))
  return (
    canvas.form(`${top}C300 236 360 250 372 304L372 322H46C44 280 ${high ? '70 180 84 110' : '50 240 64 204'}Z`, {
      fill,
      light: 'cloth',
    }) +
    canvas.form('M258 240C320 246 364 262 372 322H278C290 290 280 262 258 240Z', {
      fill: shade(fill, 0.2),
      light: 'flat',
    }) +
    canvas.form('M46 322C48 280 56 250 66 222C96 240 118 280 116 322Z', { fill: accent, light: 'flat' }) +
    line('M124 312C150 262 200 250 262 282', accent, 15) +
    laces.join('') +
    canvas.form('M38 318H380C388 340 380 356 364 358H58C40 356 34 338 38 318Z', { fill: sole, light: 'flat' }) +
    line('M44 340H378', shade(sole, -0.25), 3)
  )
}

function boot(canvas: Canvas, fill: Colour, sole: Colour): string {
  return (
    canvas.form('M112 50H236C232 120 236 190 246 232C300 246 350 262 358 330L356 348H104C102 240 116 150 112 50Z', {
      fill,
      light: 'gloss',
    }) +
    canvas.form('M150 50C166 100 158 170 150 226L188 232C196 170 204 110 196 50Z', {
      fill: shade(fill, -0.45),
      light: 'cloth',
    }) +
    line('M108 300C180 310 280 296 354 312', shade(fill, 0.4), 2.5, 'stroke-dasharray="7 5"') +
    line('M112 62H236', shade(fill, -0.4), 12) +
    line('M130 46C124 20 152 20 148 46', shade(fill, 0.3), 7) +
    canvas.form('M98 346H362L364 372H210L196 360H176V384H98Z', { fill: sole, light: 'flat' })
  )
}

function heel(canvas: Canvas, fill: Colour): string {
  return (
    canvas.form(
      'M66 150C60 200 74 236 84 262L76 386H88L108 292C150 270 200 330 270 378C310 388 352 386 374 374C376 356 350 344 322 330C260 296 200 230 156 196C120 186 90 170 66 150Z',
      { fill, light: 'gloss' },
    ) +
    canvas.form(
      'M92 186C130 196 150 204 168 216C210 260 260 300 318 334C270 340 220 300 180 264C150 244 116 230 92 186Z',
      { fill: '#e9cfae', light: 'flat' },
    )
  )
}

function watch(canvas: Canvas, strap: Colour, face: Colour, rim: Colour, shape: 'round' | 'square'): string {
  const dial = shape === 'round' ? oval(200, 200, 74) : box(130, 124, 140, 152, 26)
  const body = shape === 'round' ? oval(200, 200, 92) : box(112, 104, 176, 192, 40)
  const marks = Array.from(
    { length: 12 },
    (_, i) =>
      `<rect x="198" y="134" width="4" height="14" fill="${shade(face, face > '#8' ? -0.8 : 0.9)}" transform="rotate(${i * 30} 200 200)"/>`,
  )
  return (
    canvas.form('M150 110L160 10H240L250 110ZM150 290L160 394H240L250 290Z', { fill: strap, light: 'round' }) +
    line('M168 20V100M232 20V100M168 300V384M232 300V384', shade(strap, 0.45), 2, 'stroke-dasharray="6 5"') +
    canvas.form(box(286, 184, 20, 32, 6), { fill: rim, light: 'flat' }) +
    canvas.form(body, { fill: rim, light: 'gloss' }) +
    canvas.form(dial, { fill: face, light: 'flat', inside: marks.join('') }) +
    line('M200 200L200 152M200 200L236 222', shade(face, face > '#8' ? -0.85 : 0.95), 6) +
    line('M200 216L182 140', '#d8452e', 2.5)
  )
}

function glasses(canvas: Canvas, frame: Colour, lens: Colour, shape: 'round' | 'aviator' | 'cat'): string {
  const left = {
    round: oval(118, 210, 74),
    aviator: 'M46 162H190C196 230 170 292 120 292C64 292 40 230 46 162Z',
    cat: 'M30 140C90 150 150 156 188 172C194 240 160 276 112 274C60 272 44 210 30 140Z',
  }[shape]
  const lensOf =
    canvas.form(left, { fill: lens, light: 'gloss' }) +
    `<path d="${left}" fill="none" stroke="${frame}" stroke-width="13"/>`
  return (
    line('M186 190C194 176 206 176 214 190', frame, 12) +
    line('M44 180L20 160M356 180L380 160', frame, 12) +
    lensOf +
    `<g transform="translate(400 0) scale(-1 1)">${lensOf}</g>`
  )
}

function cap(canvas: Canvas, fill: Colour, word: string): string {
  return (
    canvas.form('M66 250C62 130 130 76 206 76C284 76 336 140 330 250C240 226 150 226 66 250Z', {
      fill,
      light: 'ball',
    }) +
    line(
      'M206 78C196 130 194 180 196 232M206 78C270 110 300 170 310 240M206 78C140 110 106 170 92 240',
      shade(fill, -0.35),
      2,
      'stroke-dasharray="5 4"',
    ) +
    canvas.form('M62 254C150 222 250 224 334 250C384 270 396 310 376 318C320 284 160 268 62 254Z', {
      fill: shade(fill, -0.25),
      light: 'gloss',
    }) +
    canvas.form(oval(206, 78, 12, 7), { fill: shade(fill, -0.3), light: 'none' }) +
    canvas.form(box(148, 138, 112, 62, 10), { fill: shade(fill, 0.8), light: 'none' }) +
    letters(word, { x: 204, y: 182, size: 28, colour: fill, weight: 0.22, anchor: 'middle', maxWidth: 92 })
  )
}

function scarf(canvas: Canvas, fill: Colour, pattern: Pattern): string {
  const fringe = (x: number): string =>
    Array.from({ length: 7 }, (_, i) => line(`M${x + i * 12} 370v22`, shade(fill, -0.15), 5)).join('')
  return (
    fringe(120) +
    fringe(208) +
    canvas.form('M206 150H292L296 374H204Z', { fill: shade(fill, -0.1), pattern, light: 'cloth' }) +
    canvas.form('M116 150H202L200 374H112Z', { fill, pattern, light: 'cloth' }) +
    canvas.form(
      'M92 96C110 24 290 24 308 96C316 150 260 192 200 192C140 192 84 150 92 96ZM140 84C150 116 250 116 260 84C250 58 150 58 140 84Z',
      { fill: shade(fill, 0.06), pattern: { ...pattern, turn: 90 }, light: 'cloth' },
    )
  )
}

function umbrella(canvas: Canvas, colours: readonly [Colour, Colour]): string {
  const rays = [40, 104, 168, 232, 296, 360]
  const panels = rays
    .slice(0, 5)
    .map((x, i) =>
      canvas.form(
        `M200 50Q${x + (x < 200 ? -8 : 8)} 100 ${x} 220Q${x + 32} 196 ${x + 64} 220Q${x + 64 + (x + 64 < 200 ? -8 : 8)} 100 200 50Z`,
        { fill: colours[i % 2] as Colour, light: 'flat' },
      ),
    )
  return line('M200 60V346C200 390 150 390 150 352', '#5a3a22', 10) + line('M200 30V56', STEEL, 6) + panels.join('')
}

const mountain =
  '<path d="M84 340L160 226L204 288L250 206L322 340Z" fill="#22414f"/><path d="M250 206L230 242L252 252L270 240ZM160 226L146 248L162 256L176 248Z" fill="#fff"/><circle cx="130" cy="212" r="22" fill="#e8743b"/>'

export const CARRIED: readonly DemoProduct[] = [
  {
    id: 'tote-peak',
    name: 'Canvas tote',
    brand: 'Ridge',
    categoryId: 3,
    price: 1890,
    colour: 'natural',
    draw: (c) => tote(c, '#e6d9bd', mountain),
  },
  {
    id: 'backpack-trek',
    name: 'Day backpack',
    brand: 'Ridge',
    categoryId: 3,
    price: 8900,
    colour: 'teal',
    draw: (c) => backpack(c, '#1f6f7a', '#c8713a'),
  },
  {
    id: 'bag-saddle',
    name: 'Saddle bag',
    brand: 'Vela',
    categoryId: 3,
    price: 14900,
    colour: 'brown',
    draw: (c) => handbag(c, '#94552e', 'saddle'),
  },
  {
    id: 'bag-box',
    name: 'Box bag',
    brand: 'Vela',
    categoryId: 3,
    price: 17900,
    colour: 'burgundy',
    draw: (c) => handbag(c, '#7c1f38', 'box'),
  },

  {
    id: 'sneaker-volt',
    name: 'Running shoe',
    brand: 'Volt',
    categoryId: 4,
    price: 10900,
    colour: 'blue',
    draw: (c) => sneaker(c, '#2456c9', '#ff7a1a', '#f6f6f2'),
  },
  {
    id: 'sneaker-high',
    name: 'High-top sneaker',
    brand: 'Orbit',
    categoryId: 4,
    price: 8500,
    colour: 'black',
    draw: (c) => sneaker(c, '#26272b', '#d63a3a', '#f4f1ea', true),
  },
  {
    id: 'boot-chelsea',
    name: 'Chelsea boot',
    brand: 'Ridge',
    categoryId: 4,
    price: 15900,
    colour: 'brown',
    draw: (c) => boot(c, '#7a4a26', '#2c1d14'),
  },
  {
    id: 'heel-scarlet',
    name: 'Court heel',
    brand: 'Vela',
    categoryId: 4,
    price: 12900,
    colour: 'red',
    draw: (c) => heel(c, '#c8102e'),
  },

  {
    id: 'watch-marine',
    name: 'Field watch',
    brand: 'Meridian',
    categoryId: 5,
    price: 19900,
    colour: 'brown',
    draw: (c) => watch(c, '#6e4023', '#fbf7ea', STEEL, 'round'),
  },
  {
    id: 'glasses-round',
    name: 'Round sunglasses',
    brand: 'Solana',
    categoryId: 5,
    price: 6900,
    colour: 'tortoise',
    draw: (c) => glasses(c, '#7b4a24', '#3f5a48', 'round'),
  },
  {
    id: 'cap-trail',
    name: 'Trail cap',
    brand: 'Ridge',
    categoryId: 5,
    price: 2490,
    colour: 'orange',
    draw: (c) => cap(c, '#d9622b', 'Trail'),
  },
  {
    id: 'scarf-check',
    name: 'Wool scarf',
    brand: 'Nordvik',
    categoryId: 5,
    price: 4900,
    colour: 'mustard',
    draw: (c) => scarf(c, '#cf9a2b', { kind: 'checks', colour: '#5a2b3a', scale: 0.9 }),
  },
  {
    id: 'umbrella-two',
    name: 'Umbrella',
    brand: 'Tide',
    categoryId: 5,
    price: 2990,
    colour: 'turquoise',
    draw: (c) => umbrella(c, ['#1ba6a6', '#f6f1e4']),
  },
]

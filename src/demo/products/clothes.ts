/** Tops, dresses, bottoms and underwear. */
import { box, type Canvas, type Colour, type FormLook, line, oval, shade, symmetric } from '../canvas.ts'
import { letters } from '../lettering.ts'
import type { DemoProduct } from './product.ts'

type Pattern = NonNullable<FormLook['pattern']>

const TEE =
  'M200 76 C176 76 160 64 154 46 L98 66 C70 92 46 122 28 154 L82 190 L108 154 C114 230 110 300 104 380 C140 387 170 388 200 388'
const LONG_SLEEVES =
  'M200 74 C178 74 162 62 156 44 L102 62 C70 74 56 130 44 200 C38 240 34 290 32 334 L78 340 C84 290 94 220 112 176 C116 250 112 310 108 378 C140 386 170 387 200 387'

/** Folds of cloth: a soft dark and a soft light stroke side by side. */
function folds(...paths: string[]): string {
  return paths
    .map(
      (path) =>
        line(path, '#000', 9, 'opacity=".09"') + line(path, '#fff', 4, 'opacity=".12" transform="translate(-7 -2)"'),
    )
    .join('')
}

function tee(canvas: Canvas, fill: Colour, pattern?: Pattern, print = ''): string {
  const inside = print + folds('M112 170C140 210 138 260 122 320', 'M288 170C262 214 262 270 280 330')
  return (
    canvas.form(oval(200, 52, 44, 14), { fill: shade(fill, -0.45), light: 'none' }) +
    canvas.form(symmetric(TEE), { fill, light: 'cloth', inside, ...(pattern && { pattern }) }) +
    line('M155 48C161 66 178 79 200 79C222 79 239 66 245 48', shade(fill, -0.25), 7) +
    line('M32 150L84 184M368 150L316 184M106 372Q200 386 294 372', shade(fill, -0.3), 1.5, 'stroke-dasharray="4 3"')
  )
}

function sweater(
  canvas: Canvas,
  fill: Colour,
  bands: readonly { y: number; pattern: Pattern; height: number }[],
): string {
  const stripes = bands
    .map(({ y, height, pattern }) =>
      canvas.form(box(0, y, 400, height), { fill: shade(fill, 0.75), light: 'none', pattern }),
    )
    .join('')
  const ribs = canvas.form('M30 318L80 324V346H28ZM370 318L320 324V346H372ZM100 358H300V392H100Z', {
    fill: shade(fill, -0.18),
    light: 'none',
    pattern: { kind: 'pinstripes', colour: shade(fill, -0.4), scale: 0.5 },
  })
  return (
    canvas.form(oval(200, 50, 44, 14), { fill: shade(fill, -0.5), light: 'none' }) +
    canvas.form(symmetric(LONG_SLEEVES), {
      fill,
      light: 'cloth',
      pattern: { kind: 'knit', colour: shade(fill, -0.3) },
      inside: stripes + ribs + folds('M108 190C120 230 120 280 112 330', 'M292 190C282 230 282 280 290 330'),
    }) +
    line('M156 47C162 64 178 78 200 78C222 78 238 64 244 47', shade(fill, -0.2), 13)
  )
}

function hoodie(canvas: Canvas, fill: Colour, word: string): string {
  const pocket = canvas.form('M140 282H260L284 352H116Z', { fill: shade(fill, -0.06), light: 'flat' })
  return (
    canvas.form('M140 70C130 20 170 6 200 6C230 6 270 20 260 70L200 96Z', {
      fill: shade(fill, -0.12),
      light: 'cloth',
    }) +
    canvas.form('M160 66C156 36 178 26 200 26C222 26 244 36 240 66L200 92Z', {
      fill: shade(fill, -0.5),
      light: 'none',
    }) +
    canvas.form(symmetric(LONG_SLEEVES), {
      fill,
      light: 'cloth',
      inside:
        pocket +
        letters(word, {
          x: 200,
          y: 222,
          size: 44,
          colour: shade(fill, 0.85),
          weight: 0.2,
          anchor: 'middle',
          maxWidth: 150,
        }) +
        folds('M112 190C128 230 124 262 116 280', 'M288 190C272 230 276 262 284 280'),
    }) +
    line('M178 82L174 150M222 82L228 142', shade(fill, 0.8), 4) +
    line('M32 322L79 328M368 322L321 328M108 366Q200 374 292 366', shade(fill, -0.35), 3)
  )
}

function shirt(canvas: Canvas, fill: Colour, pattern: Pattern): string {
  const buttons = [120, 170, 220, 270, 320].map(
    (y) => `<circle cx="200" cy="${y}" r="4.5" fill="#fffdf5" stroke="#555"/>`,
  )
  return (
    canvas.form(symmetric(LONG_SLEEVES), {
      fill,
      light: 'cloth',
      pattern,
      inside:
        `<rect x="188" y="70" width="24" height="330" fill="${shade(fill, 0.2)}" opacity=".6"/>` +
        folds('M112 190C134 240 126 290 116 340', 'M288 190C268 240 274 300 286 340'),
    }) +
    canvas.form('M138 150H180V186L159 198L138 186Z', { fill, pattern, light: 'flat' }) +
    canvas.form('M156 42L200 84L166 112L144 58ZM244 42L200 84L234 112L256 58Z', {
      fill: shade(fill, 0.25),
      light: 'flat',
    }) +
    buttons.join('')
  )
}

function dress(
  canvas: Canvas,
  fill: Colour,
  pattern: Pattern | undefined,
  cut: 'flared' | 'slip' | 'wrap' | 'sleeves',
): string {
  const outline = {
    flared:
      'M200 70 C184 70 168 62 162 30 L142 30 C138 70 132 90 128 118 C140 140 146 160 148 180 C120 250 84 320 62 372 C110 392 160 394 200 394',
    slip: 'M200 84 C184 72 172 60 160 44 C156 70 146 90 142 112 C150 150 148 190 142 230 C132 290 126 340 122 386 C150 392 176 394 200 394',
    wrap: 'M200 120 C188 100 172 70 158 34 L130 44 C104 66 88 92 76 124 L118 146 L134 128 C140 150 146 168 146 188 C120 260 104 320 96 380 C140 392 170 394 200 394',
    sleeves:
      'M200 52 C186 52 172 46 164 34 L124 44 C86 64 66 140 60 214 L96 222 C104 180 116 150 132 134 C138 160 142 176 142 192 C124 250 106 310 96 360 C140 376 170 380 200 380',
  }[cut]
  const straps =
    cut === 'slip' ? line('M160 46C164 26 172 14 180 4M240 46C236 26 228 14 220 4', shade(fill, -0.2), 4) : ''
  const belt = cut === 'slip' ? '' : `<rect x="100" y="178" width="200" height="14" fill="${shade(fill, -0.4)}"/>`
  const wrapEdge =
    cut === 'wrap' ? line('M243 36C230 90 190 150 150 190M190 190C220 260 250 330 290 386', shade(fill, -0.35), 3) : ''
  return (
    straps +
    canvas.form(symmetric(outline), {
      fill,
      light: 'cloth',
      ...(pattern && { pattern }),
      inside:
        folds(
          'M164 200C150 260 128 330 112 390',
          'M192 200C190 260 184 330 178 392',
          'M228 200C240 260 254 330 262 390',
          'M246 196C276 260 300 320 320 376',
        ) +
        belt +
        wrapEdge,
    })
  )
}

function trousers(
  canvas: Canvas,
  fill: Colour,
  leg: 'slim' | 'wide' | 'short',
  seam: Colour,
  pattern?: Pattern,
): string {
  const outline = {
    slim: 'M200 22 L124 20 C116 90 108 180 122 388 L176 390 C180 300 186 200 200 140',
    wide: 'M200 22 L126 20 C112 100 84 240 64 386 L172 391 C180 300 190 210 200 150',
    short: 'M200 70 L104 66 C92 140 80 230 66 318 L186 332 C190 280 194 240 200 206',
  }[leg]
  const top = leg === 'short' ? 68 : 21
  const pockets =
    leg === 'short'
      ? 'M112 96C128 130 110 150 92 160M288 96C272 130 290 150 308 160'
      : 'M128 46C148 76 132 96 116 104M272 46C252 76 268 96 284 104'
  return `${canvas.form(symmetric(outline), {
    fill,
    light: 'cloth',
    ...(pattern && { pattern }),
    inside:
      `<rect x="60" y="${top - 4}" width="280" height="26" fill="${shade(fill, -0.2)}"/>` +
      folds(`M160 ${top + 120}C150 220 148 300 150 380`, `M240 ${top + 120}C252 220 254 300 252 380`) +
      line(pockets, seam, 2.5, 'stroke-dasharray="6 3"') +
      line(`M200 ${top + 24}C206 ${top + 60} 204 ${top + 90} 200 ${top + 116}`, seam, 2.5, 'stroke-dasharray="6 3"'),
  })}<circle cx="200" cy="${top + 11}" r="6.5" fill="#d8b25c" stroke="#7b5d1e"/>`
}

function skirt(canvas: Canvas, fill: Colour, pattern?: Pattern): string {
  const pleats = [110, 140, 170, 200, 230, 260, 290].map((x) =>
    line(`M${170 + (x - 200) * 0.42 + 30} 96L${x + (x - 200) * 0.5} 350`, '#000', 3, 'opacity=".18"'),
  )
  return (
    canvas.form(symmetric('M200 90 L146 88 C120 170 82 260 52 336 C100 362 150 368 200 368'), {
      fill,
      light: 'cloth',
      ...(pattern && { pattern }),
      inside: pleats.join(''),
    }) + canvas.form(box(143, 66, 114, 28, 5), { fill: shade(fill, -0.25), light: 'flat' })
  )
}

function socks(canvas: Canvas, fill: Colour, accent: Colour): string {
  const sock = (x: number): string =>
    `<g transform="translate(${x} 0)">${canvas.form(
      'M130 40H214C216 120 212 180 214 232C228 262 262 282 300 296C330 310 326 356 290 360C230 366 168 350 138 310C118 280 132 220 132 160Z',
      {
        fill,
        light: 'cloth',
        pattern: { kind: 'stripes', colour: accent, scale: 0.9 },
        inside: `<rect x="100" y="30" width="140" height="44" fill="${accent}"/><ellipse cx="320" cy="330" rx="52" ry="50" fill="${accent}"/><ellipse cx="136" cy="322" rx="46" ry="40" fill="${accent}"/>`,
      },
    )}</g>`
  return sock(-62) + sock(46)
}

function briefs(canvas: Canvas, fill: Colour, word: string): string {
  return canvas.form(symmetric('M200 110 L74 104 C70 180 66 250 58 322 L176 338 C184 310 192 286 200 270'), {
    fill,
    light: 'cloth',
    inside:
      `<rect x="40" y="96" width="320" height="38" fill="${shade(fill, -0.55)}"/>` +
      letters(`${word}  ${word}  ${word}`, {
        x: 200,
        y: 122,
        size: 15,
        colour: '#f4f4f4',
        weight: 0.18,
        anchor: 'middle',
      }) +
      line('M160 136C150 200 168 250 200 270C232 250 250 200 240 136', shade(fill, -0.3), 2.5) +
      folds('M100 150C120 200 110 260 90 320', 'M300 150C280 200 290 260 310 320'),
  })
}

const sunPrint = (disc: Colour, lines: Colour): string =>
  `<circle cx="200" cy="212" r="58" fill="${disc}"/>` +
  [196, 214, 232, 250]
    .map((y, i) => `<rect x="130" y="${y}" width="140" height="${4 + i * 2}" fill="${lines}"/>`)
    .join('')

export const CLOTHES: readonly DemoProduct[] = [
  {
    id: 'tee-breton',
    name: 'Breton T-shirt',
    brand: 'Nordvik',
    categoryId: 0,
    price: 2490,
    colour: 'white',
    draw: (c) => tee(c, '#f5f1e6', { kind: 'stripes', colour: '#1f2f57', scale: 0.95 }),
  },
  {
    id: 'tee-sunset',
    name: 'Sunset T-shirt',
    brand: 'Solana',
    categoryId: 0,
    price: 1990,
    colour: 'green',
    draw: (c) => tee(c, '#2f6b5e', undefined, sunPrint('#f3a64b', '#2f6b5e')),
  },
  {
    id: 'sweater-fjord',
    name: 'Fjord sweater',
    brand: 'Nordvik',
    categoryId: 0,
    price: 7900,
    colour: 'red',
    draw: (c) =>
      sweater(c, '#b3262e', [
        { y: 128, height: 40, pattern: { kind: 'diamonds', colour: '#b3262e', scale: 0.6 } },
        { y: 186, height: 18, pattern: { kind: 'zigzag', colour: '#23324f', scale: 0.6 } },
        { y: 222, height: 40, pattern: { kind: 'diamonds', colour: '#23324f', scale: 0.6 } },
      ]),
  },
  {
    id: 'hoodie-orbit',
    name: 'Orbit hoodie',
    brand: 'Orbit',
    categoryId: 0,
    price: 5490,
    colour: 'grey',
    draw: (c) => hoodie(c, '#6b7280', 'Orbit'),
  },
  {
    id: 'shirt-lumber',
    name: 'Checked shirt',
    brand: 'Ridge',
    categoryId: 0,
    price: 4590,
    colour: 'red',
    draw: (c) => shirt(c, '#d98a63', { kind: 'checks', colour: '#7d1f1f', scale: 0.9 }),
  },
  {
    id: 'shirt-palm',
    name: 'Palm shirt',
    brand: 'Solana',
    categoryId: 0,
    price: 3990,
    colour: 'blue',
    draw: (c) => shirt(c, '#7cc4dd', { kind: 'leaves', colour: '#136a5c', scale: 1.1 }),
  },

  {
    id: 'dress-poppy',
    name: 'Poppy dress',
    brand: 'Pia',
    categoryId: 1,
    price: 6900,
    colour: 'red',
    draw: (c) => dress(c, '#fbeee0', { kind: 'flowers', colour: '#d8333a' }, 'flared'),
  },
  {
    id: 'dress-slip',
    name: 'Satin slip dress',
    brand: 'Vela',
    categoryId: 1,
    price: 8900,
    colour: 'green',
    draw: (c) => dress(c, '#1e6f56', undefined, 'slip'),
  },
  {
    id: 'dress-wrap',
    name: 'Wrap dress',
    brand: 'Vela',
    categoryId: 1,
    price: 7500,
    colour: 'yellow',
    draw: (c) => dress(c, '#edb938', { kind: 'waves', colour: '#fff4d2', scale: 1.1 }, 'wrap'),
  },

  {
    id: 'jeans-slim',
    name: 'Slim jeans',
    brand: 'Ridge',
    categoryId: 2,
    price: 6900,
    colour: 'blue',
    draw: (c) => trousers(c, '#34568b', 'slim', '#e0a45c'),
  },
  {
    id: 'shorts-palm',
    name: 'Beach shorts',
    brand: 'Solana',
    categoryId: 2,
    price: 2990,
    colour: 'orange',
    draw: (c) => trousers(c, '#ef7d4f', 'short', '#fff3e0', { kind: 'leaves', colour: '#ffd9a8' }),
  },
  {
    id: 'skirt-tartan',
    name: 'Tartan skirt',
    brand: 'Ridge',
    categoryId: 2,
    price: 4900,
    colour: 'green',
    draw: (c) => skirt(c, '#3e7d62', { kind: 'checks', colour: '#0e2c3d', scale: 1.2 }),
  },

  {
    id: 'socks-bee',
    name: 'Striped socks',
    brand: 'Pia',
    categoryId: 21,
    price: 890,
    colour: 'yellow',
    draw: (c) => socks(c, '#f4c430', '#2b2b2b'),
  },
  {
    id: 'boxers-tide',
    name: 'Boxer shorts',
    brand: 'Tide',
    categoryId: 21,
    price: 1590,
    colour: 'blue',
    draw: (c) => briefs(c, '#3d7ea6', 'Tide'),
  },
]

/** Snacks, makeup and bottle drinks. */
import { box, type Canvas, type Colour, type FormLook, line, oval, shade } from '../canvas.ts'
import { letters } from '../lettering.ts'
import type { DemoProduct } from './product.ts'

type Pattern = NonNullable<FormLook['pattern']>
const GOLD = '#d9b45b'
const SILVER = '#cdd3da'

/** A word on a label, centred. */
const word = (text: string, y: number, size: number, colour: Colour, maxWidth: number, weight = 0.2, x = 200): string =>
  letters(text, { x, y, size, colour, weight, anchor: 'middle', maxWidth })

function chipBag(canvas: Canvas, fill: Colour, accent: Colour, name: string, kind: string, motif: string): string {
  const teeth = (y: number, up: number): string =>
    Array.from({ length: 18 }, (_, i) => `L${78 + i * 14.4} ${y}L${85 + i * 14.4} ${y + up}`).join('')
  return canvas.form(
    `M72 30${teeth(24, 8)}L330 28C318 130 318 290 332 382${teeth(388, -6).replaceAll(/L(\S+) /g, (_, x) => `L${408 - Number(x)} `)}L70 384C84 290 84 130 72 30Z`,
    {
      fill,
      light: 'round',
      inside:
        `<rect x="60" y="20" width="290" height="34" fill="${shade(fill, -0.2)}"/><rect x="60" y="362" width="290" height="34" fill="${shade(fill, -0.2)}"/>` +
        `<ellipse cx="200" cy="140" rx="150" ry="62" fill="${accent}" transform="rotate(-8 200 140)"/>` +
        `<g transform="rotate(-8 200 140)">${word(name, 160, 46, '#fffdf2', 220, 0.24)}</g>` +
        motif +
        word(kind, 350, 19, '#fffdf2', 190),
    },
  )
}

const crisps = [
  [150, 260, -20],
  [215, 242, 14],
  [252, 290, 40],
  [178, 304, 8],
]
  .map(
    ([x, y, turn]) =>
      `<g transform="rotate(${turn} ${x} ${y})"><ellipse cx="${x}" cy="${y}" rx="44" ry="27" fill="#f2c14e" stroke="#b9822a" stroke-width="3"/><path d="M${x! - 30} ${y! - 4}q30 -16 60 0M${x! - 26} ${y! + 9}q26 -12 52 0" fill="none" stroke="#d79a35" stroke-width="3"/></g>`,
  )
  .join('')
const corn = [
  [150, 250],
  [190, 222],
  [232, 248],
  [196, 280],
  [248, 288],
  [152, 292],
  [262, 214],
]
  .map(
    ([x, y]) =>
      `<g fill="#fff6dc" stroke="#e3c88f" stroke-width="2"><circle cx="${x}" cy="${y}" r="17"/><circle cx="${x! + 16}" cy="${y! + 6}" r="14"/><circle cx="${x! + 4}" cy="${y! + 16}" r="15"/></g>`,
  )
  .join('')

function chocolate(canvas: Canvas, fill: Colour, name: string, kind: string, accent: Colour): string {
  const squares = [0, 1, 2]
    .map((i) => canvas.form(box(112 + i * 60, 18, 56, 60, 5), { fill: '#4a2a18', light: 'gloss' }))
    .join('')
  return (
    squares +
    canvas.form('M102 70L124 62L146 72L170 62L196 72L222 62L250 72L276 62L298 70V92H102Z', {
      fill: SILVER,
      light: 'gloss',
    }) +
    canvas.form(box(100, 88, 200, 302, 6), {
      fill,
      light: 'gloss',
      inside:
        `<rect x="100" y="120" width="200" height="6" fill="${GOLD}"/><rect x="100" y="352" width="200" height="6" fill="${GOLD}"/>` +
        word(name, 204, 46, GOLD, 172, 0.16) +
        word(kind, 244, 20, '#f7ead0', 160, 0.12) +
        `<circle cx="200" cy="302" r="32" fill="${accent}"/><path d="M178 302q22 -30 44 0q-22 30 -44 0" fill="#f7ead0"/>`,
    })
  )
}

function biscuitBox(canvas: Canvas, fill: Colour, name: string, kind: string, motif: string): string {
  return (
    canvas.form('M306 106L352 76V356L306 390Z', { fill: shade(fill, -0.3), light: 'flat' }) +
    canvas.form('M52 106L98 76H352L306 106Z', { fill: shade(fill, 0.25), light: 'flat' }) +
    canvas.form('M52 106H306V390H52Z', {
      fill,
      light: 'flat',
      inside: `<path d="M52 106H306V214C220 176 120 240 52 200Z" fill="#fff8e8"/>${word(name, 164, 44, fill, 216, 0.24, 179)}${motif}${word(kind, 374, 19, '#fff8e8', 210, 0.18, 179)}`,
    })
  )
}

const cookie = (x: number, y: number): string =>
  `<circle cx="${x}" cy="${y}" r="46" fill="#c98b4b" stroke="#9b6430" stroke-width="4"/>${[
    [-18, -12],
    [10, -22],
    [20, 8],
    [-8, 16],
    [-26, 12],
    [2, -2],
  ]
    .map(([dx, dy]) => `<circle cx="${x + dx!}" cy="${y + dy!}" r="7" fill="#4a2a18"/>`)
    .join('')}`

function bottle(
  canvas: Canvas,
  glass: Colour,
  drink: Colour,
  label: { fill: Colour; name: string; kind: string; ink: Colour; pattern?: Pattern },
  cut: 'soda' | 'wine' | 'water' | 'milk',
  lid: Colour,
): string {
  const outline = {
    soda: 'M178 46H222V96C224 130 262 150 262 200C262 226 252 240 252 260C252 290 262 300 262 360C262 384 252 392 236 392H164C148 392 138 384 138 360C138 300 148 290 148 260C148 240 138 226 138 200C138 150 176 130 178 96Z',
    wine: 'M182 24H218V130C220 164 262 170 262 220V372C262 386 256 392 244 392H156C144 392 138 386 138 372V220C138 170 180 164 182 130Z',
    water:
      'M176 48H224C230 80 268 96 268 150L262 190L268 230L262 270L268 310V372C268 386 258 392 246 392H154C142 392 132 386 132 372V310L138 270L132 230L138 190L132 150C132 96 170 80 176 48Z',
    milk: 'M166 62H234C236 110 282 130 282 184V372C282 386 272 392 258 392H142C128 392 118 386 118 372V184C118 130 164 110 166 62Z',
  }[cut]
  const level = { soda: 110, wine: 150, water: 96, milk: 130 }[cut]
  const [top, height] = { soda: [196, 110], wine: [226, 116], water: [200, 92], milk: [212, 118] }[cut] as [
    number,
    number,
  ]
  const band = canvas.form(
    `M90 ${top}Q200 ${top + 16} 310 ${top}V${top + height}Q200 ${top + height + 16} 90 ${top + height}Z`,
    {
      fill: label.fill,
      light: 'none',
      ...(label.pattern && { pattern: label.pattern }),
      inside:
        word(label.name, top + height * 0.56, 34, label.ink, 108) +
        word(label.kind, top + height * 0.82, 14, label.ink, 96, 0.16),
    },
  )
  return (
    canvas.form(outline, {
      fill: glass,
      light: 'round',
      inside: `<rect x="80" y="${level}" width="240" height="300" fill="${drink}"/>${band}`,
    }) +
    (cut === 'wine'
      ? canvas.form('M178 16H222V90H178Z', { fill: lid, light: 'round' })
      : canvas.form(box(cut === 'milk' ? 160 : 172, cut === 'milk' ? 40 : 22, cut === 'milk' ? 80 : 56, 30, 7), {
          fill: lid,
          light: 'round',
          pattern: { kind: 'pinstripes', colour: shade(lid, -0.25), scale: 0.6 },
        }))
  )
}

function can(canvas: Canvas, fill: Colour, name: string, kind: string, motif: string, ink: Colour): string {
  return (
    canvas.form(
      'M124 70C126 52 150 46 200 46C250 46 274 52 276 70L296 108V356C290 382 250 392 200 392C150 392 110 382 104 356V108Z',
      {
        fill,
        light: 'round',
        inside: `${motif}${word(name, 214, 48, ink, 150, 0.22)}${word(kind, 330, 17, ink, 120, 0.18)}<rect x="90" y="40" width="220" height="30" fill="${SILVER}"/><path d="M104 360Q200 396 296 360V400H104Z" fill="${SILVER}"/>`,
      },
    ) +
    canvas.form(oval(200, 60, 78, 15), { fill: shade(SILVER, -0.15), light: 'gloss' }) +
    line('M190 56q16 -10 26 2q-6 10 -22 6', '#8a929b', 4)
  )
}

const citrus =
  '<circle cx="200" cy="270" r="40" fill="#ffd23f"/><circle cx="200" cy="270" r="33" fill="#fff3b0"/><path d="M200 240V300M170 270H230M179 249L221 291M221 249L179 291" stroke="#ffd23f" stroke-width="6"/>'
const berries = [
  [178, 268],
  [208, 256],
  [226, 284],
  [194, 290],
]
  .map(
    ([x, y]) =>
      `<circle cx="${x}" cy="${y}" r="19" fill="#6a2c91"/><circle cx="${x! - 6}" cy="${y! - 6}" r="5" fill="#b58bd6"/>`,
  )
  .join('')

function lipstick(canvas: Canvas, colour: Colour, body: Colour, trim: Colour): string {
  return (
    canvas.form('M168 196V112C176 70 214 44 232 40V196Z', { fill: colour, light: 'round' }) +
    canvas.form('M168 116C180 78 212 50 232 40C236 74 206 118 168 116Z', { fill: shade(colour, 0.18), light: 'flat' }) +
    canvas.form(box(158, 190, 84, 66, 4), { fill: trim, light: 'round' }) +
    canvas.form(box(144, 250, 112, 140, 6), {
      fill: body,
      light: 'round',
      inside: word('Lune', 330, 22, trim, 80, 0.14),
    })
  )
}

function polish(canvas: Canvas, colour: Colour, lid: Colour): string {
  return (
    canvas.form('M178 30H222L232 196H168Z', { fill: lid, light: 'round' }) +
    canvas.form(
      'M160 196H240V214C290 224 306 256 306 300V352C306 380 290 392 268 392H132C110 392 94 380 94 352V300C94 256 110 224 160 214Z',
      {
        fill: colour,
        light: 'round',
        inside: word('Lune', 318, 34, '#ffffff', 120, 0.12) + word('12 ml', 348, 13, '#ffffff', 80, 0.14),
      },
    )
  )
}

function creamJar(canvas: Canvas, fill: Colour, lid: Colour, name: string): string {
  return (
    canvas.form('M70 226H330V350C330 378 300 392 200 392C100 392 70 378 70 350Z', {
      fill,
      light: 'round',
      inside:
        word(name, 312, 34, shade(fill, -0.6), 170, 0.12) +
        word('Night cream 50 ml', 344, 14, shade(fill, -0.5), 170, 0.14),
    }) +
    canvas.form('M62 148V230C62 246 120 256 200 256C280 256 338 246 338 230V148Z', { fill: lid, light: 'round' }) +
    canvas.form(oval(200, 148, 138, 30), { fill: shade(lid, 0.25), light: 'gloss' })
  )
}

function palette(canvas: Canvas, shell: Colour, shades: readonly Colour[]): string {
  return (
    canvas.form(box(44, 60, 312, 150, 16), { fill: shell, light: 'gloss' }) +
    canvas.form(box(60, 76, 280, 120, 8), { fill: '#cfe3ea', light: 'gloss' }) +
    canvas.form(box(44, 214, 312, 166, 16), { fill: shade(shell, 0.1), light: 'flat' }) +
    shades
      .map((colour, i) =>
        canvas.form(box(62 + (i % 4) * 71, 230 + Math.floor(i / 4) * 70, 62, 60, 8), {
          fill: colour,
          light: 'flat',
          pattern: { kind: 'knit', colour: shade(colour, 0.2), scale: 0.5 },
        }),
      )
      .join('')
  )
}

export const GROCERIES: readonly DemoProduct[] = [
  {
    id: 'crisps-salt',
    name: 'Sea salt crisps',
    brand: 'Crackle',
    categoryId: 6,
    price: 249,
    colour: 'blue',
    draw: (c) => chipBag(c, '#2a63b8', '#e23b3b', 'Crackle', 'Sea salt 150 g', crisps),
  },
  {
    id: 'crisps-paprika',
    name: 'Paprika crisps',
    brand: 'Crackle',
    categoryId: 6,
    price: 249,
    colour: 'red',
    draw: (c) => chipBag(c, '#c0281f', '#f2a516', 'Crackle', 'Paprika 150 g', crisps),
  },
  {
    id: 'popcorn-sweet',
    name: 'Sweet popcorn',
    brand: 'Popsy',
    categoryId: 6,
    price: 199,
    colour: 'pink',
    draw: (c) => chipBag(c, '#e86aa6', '#7a3fb0', 'Popsy', 'Sweet popcorn 90 g', corn),
  },
  {
    id: 'chocolate-dark',
    name: 'Dark chocolate',
    brand: 'Cacao',
    categoryId: 6,
    price: 349,
    colour: 'brown',
    draw: (c) => chocolate(c, '#3b1f2b', 'Cacao', 'Dark 72 %', '#8e3b2f'),
  },
  {
    id: 'cookies-chip',
    name: 'Chocolate chip cookies',
    brand: 'Oma',
    categoryId: 6,
    price: 299,
    colour: 'orange',
    draw: (c) => biscuitBox(c, '#d9772b', 'Oma', 'Chip cookies 200 g', cookie(130, 300) + cookie(222, 282)),
  },

  {
    id: 'lipstick-rouge',
    name: 'Lipstick rouge',
    brand: 'Lune',
    categoryId: 7,
    price: 2490,
    colour: 'red',
    draw: (c) => lipstick(c, '#c2183a', '#1c1a20', GOLD),
  },
  {
    id: 'polish-teal',
    name: 'Nail polish teal',
    brand: 'Lune',
    categoryId: 7,
    price: 1290,
    colour: 'teal',
    draw: (c) => polish(c, '#148a8f', '#17181c'),
  },
  {
    id: 'cream-night',
    name: 'Night cream',
    brand: 'Aura',
    categoryId: 7,
    price: 3990,
    colour: 'blue',
    draw: (c) => creamJar(c, '#dfe8f4', '#3c5a9a', 'Aura'),
  },
  {
    id: 'palette-dune',
    name: 'Eye shadow palette',
    brand: 'Aura',
    categoryId: 7,
    price: 3490,
    colour: 'brown',
    draw: (c) =>
      palette(c, '#2c2430', ['#f1d9c0', '#d9a27a', '#b5653f', '#7a3b2c', '#e8b7b0', '#b06a7a', '#6a4a6e', '#3d3340']),
  },

  {
    id: 'cola-classic',
    name: 'Cola',
    brand: 'Fizz',
    categoryId: 8,
    price: 149,
    colour: 'red',
    draw: (c) =>
      bottle(
        c,
        '#e8dfd6',
        '#3a1b12',
        { fill: '#c9161d', name: 'Fizz', kind: 'Cola 0.5 l', ink: '#ffffff' },
        'soda',
        '#c9161d',
      ),
  },
  {
    id: 'water-spring',
    name: 'Spring water',
    brand: 'Brisa',
    categoryId: 8,
    price: 99,
    colour: 'clear',
    draw: (c) =>
      bottle(
        c,
        '#d5ecf6',
        '#bfe2f2',
        { fill: '#1f6fb5', name: 'Brisa', kind: 'Still 0.75 l', ink: '#ffffff' },
        'water',
        '#f4f7fa',
      ),
  },
  {
    id: 'wine-red',
    name: 'Red wine',
    brand: 'Alto',
    categoryId: 8,
    price: 1290,
    colour: 'burgundy',
    draw: (c) =>
      bottle(
        c,
        '#274033',
        '#1b2b22',
        { fill: '#f3ead6', name: 'Alto', kind: 'Rosso 2021', ink: '#5a1022' },
        'wine',
        '#5a1022',
      ),
  },
  {
    id: 'juice-orange',
    name: 'Orange juice',
    brand: 'Brisa',
    categoryId: 8,
    price: 329,
    colour: 'orange',
    draw: (c) =>
      bottle(
        c,
        '#fbeedb',
        '#f79a1f',
        { fill: '#ffffff', name: 'Brisa', kind: 'Orange 1 l', ink: '#d9571e' },
        'milk',
        '#3a8a3f',
      ),
  },
  {
    id: 'can-citrus',
    name: 'Citrus soda can',
    brand: 'Zest',
    categoryId: 8,
    price: 129,
    colour: 'yellow',
    draw: (c) => can(c, '#3aa657', 'Zest', 'Citrus 330 ml', citrus, '#fffef2'),
  },
  {
    id: 'can-berry',
    name: 'Berry energy can',
    brand: 'Zest',
    categoryId: 8,
    price: 179,
    colour: 'black',
    draw: (c) => can(c, '#191a2b', 'Zest', 'Berry 330 ml', berries, '#ff5fa2'),
  },
]

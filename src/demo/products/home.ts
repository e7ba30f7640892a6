/** Furniture, toys, digital devices and things for the home. */
import { box, type Canvas, type Colour, type FormLook, line, oval, shade } from '../canvas.ts'
import { letters } from '../lettering.ts'
import type { DemoProduct } from './product.ts'

type Pattern = NonNullable<FormLook['pattern']>
const OAK = '#c8935a'
const STEEL = '#b9c0c8'

function chair(canvas: Canvas, seat: Colour, wood: Colour): string {
  return (
    line('M128 250L104 388M272 250L296 388', shade(wood, -0.25), 13) +
    canvas.form('M112 40C150 26 250 26 288 40L278 190C240 204 160 204 122 190Z', { fill: seat, light: 'cloth' }) +
    line('M150 190L156 240M250 190L244 240', wood, 12) +
    canvas.form('M96 240C150 222 250 222 304 240L312 266C250 284 150 284 88 266Z', { fill: seat, light: 'flat' }) +
    line('M98 268L72 390M302 268L328 390', wood, 15) +
    line('M94 330H306', shade(wood, -0.1), 8)
  )
}

function sofa(canvas: Canvas, fill: Colour, cushion: Colour, pattern: Pattern): string {
  return (
    line('M70 350L62 388M330 350L338 388', OAK, 14) +
    canvas.form(box(52, 130, 296, 170, 34), { fill: shade(fill, -0.08), light: 'cloth' }) +
    line('M200 136V250', shade(fill, -0.35), 3) +
    canvas.form(box(70, 236, 132, 74, 22), { fill: shade(fill, 0.08), light: 'cloth' }) +
    canvas.form(box(198, 236, 132, 74, 22), { fill: shade(fill, 0.08), light: 'cloth' }) +
    `<g transform="rotate(10 116 206)">${canvas.form(box(78, 166, 78, 78, 14), { fill: cushion, pattern, light: 'ball' })}</g>` +
    canvas.form(box(14, 200, 64, 160, 28), { fill, light: 'round' }) +
    canvas.form(box(322, 200, 64, 160, 28), { fill, light: 'round' }) +
    canvas.form(box(60, 304, 280, 54, 12), { fill: shade(fill, -0.12), light: 'flat' })
  )
}

function floorLamp(canvas: Canvas, lampshade: Colour, pole: Colour): string {
  return (
    line('M200 150V380', pole, 9) +
    line('M200 200L150 384M200 200L250 384', pole, 8) +
    '<ellipse cx="200" cy="180" rx="84" ry="22" fill="#fff3c4" opacity=".85"/>' +
    canvas.form('M150 22H250L296 172C250 190 150 190 104 172Z', { fill: lampshade, light: 'cloth' }) +
    line('M152 24H248M106 172Q200 194 294 172', shade(lampshade, -0.3), 5) +
    line('M262 178V236', '#e9dcc0', 3)
  )
}

function drawers(canvas: Canvas, body: Colour, fronts: readonly Colour[]): string {
  return (
    line('M84 360L76 390M316 360L324 390', OAK, 13) +
    canvas.form(box(62, 90, 276, 276, 8), { fill: body, light: 'flat' }) +
    fronts
      .map(
        (front, i) =>
          canvas.form(box(78, 108 + i * 84, 244, 74, 5), { fill: front, light: 'gloss' }) +
          canvas.form(box(172, 138 + i * 84, 56, 11, 5), { fill: '#d6b266', light: 'round' }),
      )
      .join('') +
    canvas.form(box(52, 76, 296, 20, 5), { fill: shade(body, 0.15), light: 'flat' })
  )
}

function roundTable(canvas: Canvas, top: Colour, legs: Colour): string {
  return (
    line('M120 190L70 386M280 190L330 386', legs, 14) +
    line('M170 200L150 366M230 200L250 366', shade(legs, -0.3), 12) +
    canvas.form('M24 176C24 196 100 222 200 222C300 222 376 196 376 176V160H24Z', {
      fill: shade(top, -0.3),
      light: 'round',
    }) +
    canvas.form(oval(200, 158, 176, 44), {
      fill: top,
      light: 'gloss',
      pattern: { kind: 'waves', colour: shade(top, -0.12), scale: 2.2 },
    })
  )
}

function bookcase(canvas: Canvas, wood: Colour): string {
  const colours = ['#c0392b', '#2e6f95', '#e0a526', '#4c8c4a', '#7d4a8f', '#e7e1d2', '#24344d', '#d97b4f']
  const books = [38, 128, 218, 308].flatMap((y, row) =>
    Array.from({ length: 6 + (row % 2) }, (_, i) => {
      const height = 52 + ((i * 13 + row * 7) % 20)
      return canvas.form(box(104 + i * 24, y + 76 - height, 20, height, 2), {
        fill: colours[(i * 3 + row * 2) % colours.length] as Colour,
        light: 'flat',
      })
    }),
  )
  return (
    canvas.form(box(84, 16, 232, 376, 6), { fill: shade(wood, -0.45), light: 'flat' }) +
    books.join('') +
    [114, 204, 294, 384].map((y) => canvas.form(box(84, y, 232, 11), { fill: wood, light: 'flat' })).join('') +
    canvas.form(box(78, 10, 244, 14, 3), { fill: shade(wood, 0.1), light: 'flat' }) +
    canvas.form(box(80, 14, 13, 378), { fill: wood, light: 'flat' }) +
    canvas.form(box(307, 14, 13, 378), { fill: wood, light: 'flat' })
  )
}

function duck(canvas: Canvas, fill: Colour): string {
  return (
    canvas.form(
      'M60 250C40 210 60 196 84 226C110 244 140 232 170 226C110 190 110 60 212 60C290 60 318 130 290 190C282 206 290 214 310 230C352 270 350 376 230 386C130 394 70 350 60 250Z',
      { fill, light: 'ball' },
    ) +
    canvas.form('M282 118C310 106 348 116 356 128C346 146 312 156 288 148Z', { fill: '#f0762a', light: 'gloss' }) +
    '<circle cx="240" cy="116" r="15" fill="#16181d"/><circle cx="245" cy="111" r="5" fill="#fff"/>' +
    line('M140 290C170 340 240 340 262 286', shade(fill, -0.25), 7)
  )
}

function robot(canvas: Canvas, body: Colour, accent: Colour): string {
  const eye = (x: number): string =>
    canvas.form(oval(x, 106, 19), { fill: '#fdf7d0', light: 'ball' }) +
    `<circle cx="${x}" cy="106" r="8" fill="#1c2733"/>`
  return (
    line('M200 46V20', STEEL, 7) +
    canvas.form(oval(200, 18, 11), { fill: accent, light: 'ball' }) +
    line('M96 210C50 220 44 270 60 300M304 210C350 220 356 270 340 300', STEEL, 17) +
    canvas.form(oval(62, 306, 20), { fill: accent, light: 'ball' }) +
    canvas.form(oval(338, 306, 20), { fill: accent, light: 'ball' }) +
    canvas.form(box(130, 318, 50, 72, 8), { fill: shade(body, -0.2), light: 'round' }) +
    canvas.form(box(220, 318, 50, 72, 8), { fill: shade(body, -0.2), light: 'round' }) +
    canvas.form(box(122, 46, 156, 112, 22), { fill: body, light: 'gloss' }) +
    eye(164) +
    eye(236) +
    line('M168 138H232', '#1c2733', 7, 'stroke-dasharray="9 6"') +
    canvas.form(box(94, 166, 212, 160, 18), { fill: body, light: 'gloss' }) +
    canvas.form(box(124, 192, 152, 84, 10), { fill: '#23303f', light: 'flat' }) +
    [150, 178, 206]
      .map((x, i) => `<rect x="${x}" y="${250 - i * 18}" width="18" height="${16 + i * 18}" fill="${accent}"/>`)
      .join('') +
    [140, 170, 200, 230, 260]
      .map(
        (x, i) =>
          `<circle cx="${x}" cy="300" r="8" fill="${['#e84d3d', '#f2b632', '#44b978', '#3d8fe8', '#9a5be0'][i]}"/>`,
      )
      .join('')
  )
}

function toyCar(canvas: Canvas, body: Colour, stripe: Colour, number: string): string {
  const wheel = (x: number): string =>
    canvas.form(oval(x, 334, 54), { fill: '#22252b', light: 'ball' }) +
    canvas.form(oval(x, 334, 27), { fill: stripe, light: 'ball' })
  return (
    canvas.form('M118 214C130 150 160 120 214 120C262 120 290 160 304 214Z', {
      fill: shade(body, -0.1),
      light: 'gloss',
    }) +
    canvas.form('M136 210C146 164 168 142 200 140V210ZM214 140C246 142 264 166 278 210H214Z', {
      fill: '#bfe3f0',
      light: 'gloss',
    }) +
    canvas.form(
      'M26 236C40 206 90 206 140 206H300C350 208 376 236 376 276V318C376 330 366 336 356 336H44C30 336 22 326 22 312Z',
      { fill: body, light: 'gloss', inside: `<rect x="0" y="262" width="400" height="22" fill="${stripe}"/>` },
    ) +
    canvas.form(oval(206, 264, 33), { fill: '#fdfbf3', light: 'none' }) +
    letters(number, { x: 206, y: 280, size: 32, colour: '#20242c', weight: 0.2, anchor: 'middle' }) +
    canvas.form(oval(358, 256, 13, 17), { fill: '#ffe9a3', light: 'ball' }) +
    wheel(106) +
    wheel(298)
  )
}

function blocks(canvas: Canvas): string {
  const cube = (x: number, y: number, fill: Colour, letter: string): string =>
    canvas.form(`M${x} ${y}h106v106h-106z`, { fill, light: 'flat' }) +
    canvas.form(`M${x} ${y}l26 -24h106l-26 24z`, { fill: shade(fill, 0.35), light: 'none' }) +
    canvas.form(`M${x + 106} ${y}l26 -24v106l-26 24z`, { fill: shade(fill, -0.3), light: 'none' }) +
    canvas.form(box(x + 13, y + 13, 80, 80, 8), { fill: '#fff7e6', light: 'none' }) +
    letters(letter, { x: x + 53, y: y + 76, size: 46, colour: fill, weight: 0.24, anchor: 'middle' })
  return (
    cube(62, 284, '#d9463b', 'A') +
    cube(206, 284, '#3279c4', 'B') +
    cube(134, 154, '#e8ab27', 'C') +
    cube(120, 50, '#3fa35b', 'D')
  )
}

function bear(canvas: Canvas, fur: Colour, bow: Colour): string {
  const pale = shade(fur, 0.45)
  const round = (x: number, y: number, rx: number, ry: number, fill: Colour): string =>
    canvas.form(oval(x, y, rx, ry), { fill, light: 'ball' })
  return (
    round(112, 348, 56, 42, fur) +
    round(288, 348, 56, 42, fur) +
    round(104, 350, 28, 24, pale) +
    round(296, 350, 28, 24, pale) +
    round(92, 250, 34, 58, fur) +
    round(308, 250, 34, 58, fur) +
    round(200, 286, 98, 102, fur) +
    round(200, 302, 60, 68, pale) +
    round(124, 62, 34, 34, fur) +
    round(276, 62, 34, 34, fur) +
    round(124, 64, 18, 18, pale) +
    round(276, 64, 18, 18, pale) +
    round(200, 126, 98, 88, fur) +
    round(200, 154, 44, 34, pale) +
    '<circle cx="160" cy="116" r="10" fill="#1b1613"/><circle cx="240" cy="116" r="10" fill="#1b1613"/><ellipse cx="200" cy="140" rx="14" ry="10" fill="#1b1613"/>' +
    line('M200 150V162M184 170Q200 182 216 170', '#1b1613', 4) +
    canvas.form('M200 218L142 192V250ZM200 218L258 192V250Z', { fill: bow, light: 'flat' }) +
    round(200, 219, 14, 14, bow)
  )
}

function phone(canvas: Canvas, body: Colour, from: Colour, to: Colour): string {
  const icons = Array.from(
    { length: 16 },
    (_, i) =>
      `<rect x="${138 + (i % 4) * 33}" y="${150 + Math.floor(i / 4) * 40}" width="23" height="23" rx="6" fill="${['#ffffff', '#ffd166', '#06d6a0', '#ef476f', '#118ab2'][(i * 3) % 5]}" opacity=".92"/>`,
  )
  return (
    canvas.form(box(112, 14, 176, 376, 30), { fill: body, light: 'gloss' }) +
    canvas.form(box(122, 26, 156, 352, 22), {
      fill: from,
      light: 'gloss',
      inside: `<path d="M100 260C160 200 230 300 300 220V400H100Z" fill="${to}"/><path d="M100 320C170 270 240 350 300 290V400H100Z" fill="${shade(to, -0.3)}"/>${letters('9:41', { x: 200, y: 112, size: 34, colour: '#ffffff', weight: 0.1, anchor: 'middle' })}${icons.join('')}`,
    }) +
    canvas.form(box(172, 34, 56, 14, 7), { fill: '#0c0d10', light: 'none' })
  )
}

function headphones(canvas: Canvas, fill: Colour, pad: Colour): string {
  const cup =
    canvas.form(box(42, 220, 66, 148, 32), { fill, light: 'round' }) +
    canvas.form(box(94, 214, 42, 160, 20), { fill: pad, light: 'round' }) +
    canvas.form(oval(72, 294, 19, 34), { fill: shade(fill, 0.3), light: 'gloss' })
  return (
    line('M74 240C64 -10 336 -10 326 240', shade(fill, -0.35), 30) +
    line('M76 230C68 8 332 8 324 230', fill, 20) +
    line('M116 90C150 50 250 50 284 90', shade(fill, 0.45), 7) +
    cup +
    `<g transform="translate(400 0) scale(-1 1)">${cup}</g>`
  )
}

function camera(canvas: Canvas, body: Colour, leather: Colour): string {
  return (
    canvas.form('M134 130L156 82H244L266 130Z', { fill: body, light: 'gloss' }) +
    canvas.form(box(58, 106, 52, 26, 7), { fill: STEEL, light: 'round' }) +
    canvas.form(box(290, 110, 44, 22, 7), { fill: '#c9372c', light: 'round' }) +
    canvas.form(box(30, 126, 340, 240, 26), { fill: body, light: 'flat' }) +
    canvas.form(box(30, 186, 340, 130, 0), {
      fill: leather,
      light: 'flat',
      pattern: { kind: 'diamonds', colour: shade(leather, 0.08), scale: 0.3 },
    }) +
    canvas.form(box(300, 142, 46, 28, 6), { fill: '#dfeaf0', light: 'gloss' }) +
    [108, 84, 58, 34]
      .map((radius, i) =>
        canvas.form(oval(196, 252, radius), {
          fill: ['#2a2d33', '#14161a', '#1f3b57', '#0b1826'][i] as Colour,
          light: i === 2 ? 'gloss' : 'ball',
        }),
      )
      .join('') +
    '<circle cx="174" cy="228" r="12" fill="#fff" opacity=".7"/>' +
    letters('Lumo', { x: 70, y: 168, size: 20, colour: shade(leather, -0.4), weight: 0.18 })
  )
}

function laptop(canvas: Canvas, shell: Colour, wallpaper: Pattern, screen: Colour): string {
  return (
    canvas.form(box(62, 76, 276, 200, 14), { fill: '#1b1d22', light: 'flat' }) +
    canvas.form(box(74, 88, 252, 174, 4), { fill: screen, light: 'gloss', pattern: wallpaper, inside: '' }) +
    canvas.form('M62 274H338L390 360H10Z', { fill: shell, light: 'flat' }) +
    `<path d="M84 284H316L338 322H62Z" fill="#23262c"/>${[292, 301, 310].map((y, i) => line(`M${82 - i * 5} ${y}H${318 + i * 5}`, shade(shell, -0.1), 4, 'stroke-dasharray="10 4"')).join('')}` +
    canvas.form('M160 328H240L248 352H152Z', { fill: shade(shell, -0.12), light: 'flat' }) +
    canvas.form('M10 360H390V370C390 376 384 378 378 378H22C14 378 10 376 10 370Z', {
      fill: shade(shell, -0.25),
      light: 'flat',
    })
  )
}

function speaker(canvas: Canvas, cloth: Colour, trim: Colour): string {
  return (
    line('M140 70C150 20 250 20 260 70', trim, 15) +
    canvas.form(box(84, 66, 232, 322, 56), {
      fill: cloth,
      light: 'round',
      pattern: { kind: 'knit', colour: shade(cloth, -0.3), scale: 0.6 },
    }) +
    canvas.form(box(104, 82, 192, 38, 19), { fill: shade(cloth, -0.5), light: 'gloss' }) +
    [140, 180, 220, 260].map((x) => `<circle cx="${x}" cy="101" r="7" fill="${trim}"/>`).join('') +
    canvas.form(oval(200, 260, 82), { fill: shade(cloth, -0.4), light: 'ball' }) +
    canvas.form(oval(200, 260, 36), { fill: trim, light: 'ball' }) +
    letters('Boom', { x: 200, y: 372, size: 16, colour: trim, weight: 0.2, anchor: 'middle' })
  )
}

function mug(canvas: Canvas, fill: Colour, pattern: Pattern): string {
  return (
    `<path d="M290 190C376 170 376 330 286 318" fill="none" stroke="${shade(fill, -0.2)}" stroke-width="30"/>` +
    canvas.form('M80 132H300L288 360C280 390 100 390 92 360Z', { fill, light: 'round', pattern }) +
    canvas.form(oval(190, 132, 110, 24), { fill: shade(fill, 0.2), light: 'flat' }) +
    canvas.form(oval(190, 136, 96, 18), { fill: '#4b2a18', light: 'flat' })
  )
}

function plant(canvas: Canvas, pot: Colour, leaf: Colour): string {
  const leaves = [
    [-66, 0.86],
    [-40, 1.02],
    [-14, 1.12],
    [14, 1.1],
    [40, 1],
    [66, 0.84],
  ].map(
    ([turn, size]) =>
      `<g transform="translate(200 262) rotate(${turn}) scale(${size})">${canvas.form('M0 0C-44 -60 -40 -170 0 -216C40 -170 44 -60 0 0Z', { fill: shade(leaf, (turn ?? 0) > 0 ? -0.12 : 0.06), light: 'flat' })}${line('M0 -4V-190M0 -60L-24 -96M0 -60L24 -96M0 -110L-24 -144M0 -110L24 -144', shade(leaf, 0.45), 2.5)}</g>`,
  )
  return (
    leaves.join('') +
    canvas.form('M112 262H288L266 382C262 394 138 394 134 382Z', { fill: pot, light: 'round' }) +
    canvas.form(box(102, 246, 196, 34, 8), { fill: shade(pot, 0.1), light: 'round' })
  )
}

export const HOME: readonly DemoProduct[] = [
  {
    id: 'chair-shell',
    name: 'Shell chair',
    brand: 'Hem',
    categoryId: 9,
    price: 12900,
    colour: 'mustard',
    draw: (c) => chair(c, '#d9a02b', '#a8733f'),
  },
  {
    id: 'sofa-loft',
    name: 'Loft sofa',
    brand: 'Hem',
    categoryId: 9,
    price: 89900,
    colour: 'teal',
    draw: (c) => sofa(c, '#2d6f73', '#f0b64a', { kind: 'zigzag', colour: '#fff3d6', scale: 0.7 }),
  },
  {
    id: 'lamp-tripod',
    name: 'Tripod lamp',
    brand: 'Hem',
    categoryId: 9,
    price: 8900,
    colour: 'cream',
    draw: (c) => floorLamp(c, '#f2dfb8', '#5b4130'),
  },
  {
    id: 'drawers-pastel',
    name: 'Chest of drawers',
    brand: 'Hem',
    categoryId: 9,
    price: 19900,
    colour: 'white',
    draw: (c) => drawers(c, '#f1ece2', ['#f0c7bd', '#c7dcd0', '#c3d3e8']),
  },
  {
    id: 'table-round',
    name: 'Round table',
    brand: 'Hem',
    categoryId: 9,
    price: 24900,
    colour: 'oak',
    draw: (c) => roundTable(c, '#c8935a', '#37302b'),
  },
  {
    id: 'bookcase-tall',
    name: 'Bookcase',
    brand: 'Hem',
    categoryId: 9,
    price: 15900,
    colour: 'walnut',
    draw: (c) => bookcase(c, '#8a5a33'),
  },

  {
    id: 'duck-bath',
    name: 'Bath duck',
    brand: 'Tumble',
    categoryId: 20,
    price: 590,
    colour: 'yellow',
    draw: (c) => duck(c, '#f8cf2c'),
  },
  {
    id: 'robot-tin',
    name: 'Tin robot',
    brand: 'Tumble',
    categoryId: 20,
    price: 3490,
    colour: 'blue',
    draw: (c) => robot(c, '#6fa8c9', '#e8632c'),
  },
  {
    id: 'car-racer',
    name: 'Racing car',
    brand: 'Tumble',
    categoryId: 20,
    price: 1990,
    colour: 'red',
    draw: (c) => toyCar(c, '#d22f2f', '#f6e7c1', '7'),
  },
  {
    id: 'blocks-abc',
    name: 'Letter blocks',
    brand: 'Tumble',
    categoryId: 20,
    price: 2490,
    colour: 'many',
    draw: (c) => blocks(c),
  },
  {
    id: 'bear-plush',
    name: 'Plush bear',
    brand: 'Tumble',
    categoryId: 20,
    price: 2790,
    colour: 'brown',
    draw: (c) => bear(c, '#a8703f', '#c5283d'),
  },

  {
    id: 'phone-nova',
    name: 'Nova phone',
    brand: 'Lumo',
    categoryId: 22,
    price: 69900,
    colour: 'purple',
    draw: (c) => phone(c, '#4a3f6b', '#8d6be0', '#f08ab4'),
  },
  {
    id: 'headphones-arc',
    name: 'Arc headphones',
    brand: 'Boom',
    categoryId: 22,
    price: 19900,
    colour: 'black',
    draw: (c) => headphones(c, '#2d3038', '#c98b5f'),
  },
  {
    id: 'camera-retro',
    name: 'Retro camera',
    brand: 'Lumo',
    categoryId: 22,
    price: 54900,
    colour: 'silver',
    draw: (c) => camera(c, '#c9ced4', '#3a2a24'),
  },
  {
    id: 'laptop-air',
    name: 'Slim laptop',
    brand: 'Lumo',
    categoryId: 22,
    price: 109900,
    colour: 'silver',
    draw: (c) => laptop(c, '#c6cbd1', { kind: 'waves', colour: '#f5a65b', scale: 2 }, '#28407a'),
  },
  {
    id: 'speaker-boom',
    name: 'Wireless speaker',
    brand: 'Boom',
    categoryId: 22,
    price: 12900,
    colour: 'coral',
    draw: (c) => speaker(c, '#e2685a', '#fbe9d7'),
  },

  {
    id: 'mug-folk',
    name: 'Folk mug',
    brand: 'Nordvik',
    categoryId: 88888888,
    price: 1490,
    colour: 'white',
    draw: (c) => mug(c, '#f6f1e7', { kind: 'flowers', colour: '#2e5fa3' }),
  },
  {
    id: 'plant-rubber',
    name: 'Rubber plant',
    brand: 'Hem',
    categoryId: 88888888,
    price: 2990,
    colour: 'green',
    draw: (c) => plant(c, '#c96f4a', '#2f7d4f'),
  },
]

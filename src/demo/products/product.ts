import type { Canvas } from '../canvas.ts'

/** One made product: what the manifest says of it, and how it is drawn. */
export interface DemoProduct {
  readonly id: string
  readonly name: string
  readonly brand: string
  /** Official category. */
  readonly categoryId: number
  /** In cents. */
  readonly price: number
  readonly colour: string
  /** SVG in a box of 400 x 400, standing on y = 390. */
  readonly draw: (canvas: Canvas) => string
}

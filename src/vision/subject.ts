/**
 * Where the subject of a picture is: the box of what differs from a plain background, else the model's saliency map.
 *
 * Thresholds were chosen on made scenes with known boxes; docs/explanation/which-vector.md has the figures.
 */
import type { Region } from './index.ts'
import { plainBackgroundBox } from './plain-background.ts'
import { centreOffset, type RawPicture } from './raw-picture.ts'

/** The map is read on this many points a side, interpolated. */
const GRID = 10
/** A point belongs to a subject from this share of the way from the map's least to its greatest. */
const SALIENT_SHARE = 0.6
/** A second candidate weighs at least this share of the first. */
const CANDIDATE_SHARE = 0.15
const MAX_CANDIDATES = 5
/** Candidates that overlap more (intersection over union) are one. */
const SAME_BOX = 0.5

export interface Scene {
  /** The whole picture, resized; the map is of the square of `inputSide` in its middle. */
  readonly picture: RawPicture
  readonly inputSide: number
  /** Square map, first row on top. */
  readonly saliency: Float32Array
  /** Pixels of the picture as sent. */
  readonly width: number
  readonly height: number
}

/** Boxes of subjects in pixels of the picture as sent, the most likely first; always at least one. */
export function findSubjects(scene: Scene): Region[] {
  const { picture, width, height } = scene
  const plain = plainBackgroundBox(picture)
  const boxes = [...(plain ? [plain] : []), ...salientBoxes(scene)]
  const regions = boxes.map((box) => toPixels(box, picture, width, height))
  return regions
    .filter((region, i) => regions.findIndex((other) => overlap(region, other) > SAME_BOX) === i)
    .slice(0, MAX_CANDIDATES)
}

/** Boxes in pixels of the resized picture, heaviest first. */
function salientBoxes({ picture, inputSide, saliency }: Scene): Region[] {
  const map = interpolate(saliency, GRID)
  const low = Math.min(...map)
  const range = Math.max(...map) - low
  const weights = map.map((value) => (range > 0 ? (value - low) / range : 1))
  const islands = findIslands(weights)
  const heaviest = islands[0]?.weight ?? 0
  const { left, top } = centreOffset(picture.width, picture.height, inputSide)
  const cell = inputSide / GRID
  return islands
    .filter(({ weight }) => weight >= CANDIDATE_SHARE * heaviest)
    .map(({ x1, x2, y1, y2 }) => ({
      // What touches the edge of the square goes on beyond it, nobody knows how far: half way.
      x1: x1 === 0 ? left / 2 : left + x1 * cell,
      x2: x2 === GRID ? (left + inputSide + picture.width) / 2 : left + x2 * cell,
      y1: y1 === 0 ? top / 2 : top + y1 * cell,
      y2: y2 === GRID ? (top + inputSide + picture.height) / 2 : top + y2 * cell,
    }))
}

/** Reads a square map at the centres of a finer grid, bilinearly. */
function interpolate(map: Float32Array, grid: number): Float32Array {
  const side = Math.sqrt(map.length)
  const axis = Array.from({ length: grid }, (_, i) => {
    const at = Math.min(side - 1, Math.max(0, ((i + 0.5) * side) / grid - 0.5))
    const before = Math.floor(at)
    return { before, after: Math.min(side - 1, before + 1), share: at - before }
  })
  const fine = new Float32Array(grid * grid)
  for (const [y, row] of axis.entries()) {
    for (const [x, column] of axis.entries()) {
      const along = (r: number): number =>
        map[r * side + column.before]! * (1 - column.share) + map[r * side + column.after]! * column.share
      fine[y * grid + x] = along(row.before) * (1 - row.share) + along(row.after) * row.share
    }
  }
  return fine
}

interface Island extends Region {
  readonly weight: number
}

/** Connected points (by their sides) of at least {@link SALIENT_SHARE}, heaviest first; boxes in grid points. */
function findIslands(weights: Float32Array): Island[] {
  const isFree = Array.from(weights, (weight) => weight >= SALIENT_SHARE)
  const islands: Island[] = []
  for (let start = 0; start < isFree.length; start++) {
    if (!isFree[start]) continue
    const island = { x1: GRID, x2: 0, y1: GRID, y2: 0, weight: 0 }
    const open = [start]
    isFree[start] = false
    for (let point = open.pop(); point !== undefined; point = open.pop()) {
      const x = point % GRID
      const y = Math.floor(point / GRID)
      island.x1 = Math.min(island.x1, x)
      island.x2 = Math.max(island.x2, x + 1)
      island.y1 = Math.min(island.y1, y)
      island.y2 = Math.max(island.y2, y + 1)
      island.weight += weights[point]!
      const neighbours = [
        x > 0 && point - 1,
        x < GRID - 1 && point + 1,
        y > 0 && point - GRID,
        y < GRID - 1 && point + GRID,
      ]
      for (const neighbour of neighbours) {
        if (neighbour === false || !isFree[neighbour]) continue
        isFree[neighbour] = false
        open.push(neighbour)
      }
    }
    islands.push(island)
  }
  return islands.sort((a, b) => b.weight - a.weight)
}

function toPixels(box: Region, picture: RawPicture, width: number, height: number): Region {
  const scale = (from: number, to: number) => (at: number) => Math.min(to, Math.max(0, Math.round((at * to) / from)))
  const [x, y] = [scale(picture.width, width), scale(picture.height, height)]
  const [x1, y1] = [Math.min(x(box.x1), width - 1), Math.min(y(box.y1), height - 1)]
  return { x1, x2: Math.max(x(box.x2), x1 + 1), y1, y2: Math.max(y(box.y2), y1 + 1) }
}

/** Intersection over union. */
function overlap(a: Region, b: Region): number {
  const area = ({ x1, x2, y1, y2 }: Region): number => Math.max(0, x2 - x1) * Math.max(0, y2 - y1)
  const shared = area({
    x1: Math.max(a.x1, b.x1),
    x2: Math.min(a.x2, b.x2),
    y1: Math.max(a.y1, b.y1),
    y2: Math.min(a.y2, b.y2),
  })
  return shared === 0 ? 0 : shared / (area(a) + area(b) - shared)
}

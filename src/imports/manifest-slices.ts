/**
 * Cuts a manifest into slices, the work of one task each: whole lines, so many or so many bytes.
 */
import type { TaskSlice } from '../store/imports.ts'

const LF = 10

export interface SliceLimits {
  readonly lines: number
  readonly bytes: number
}

/** Enough rows that claiming and finishing a task cost little, few enough that a crash leaves little to look at again. */
export const SLICE_LIMITS: SliceLimits = { lines: 256, bytes: 256 * 1024 }

export interface SliceCutter {
  /** Takes the next bytes; gives the slices that they complete. */
  push(chunk: Uint8Array): TaskSlice[]
  /** At the end of the manifest: the rest, if any. */
  end(): TaskSlice | undefined
}

/**
 * A slice ends with the line that reaches one of the limits: a line of any length is always the last of its slice.
 *
 * @param position where the first slice starts
 */
export function cutSlices(position: { byte: number; line: number }, limits: SliceLimits = SLICE_LIMITS): SliceCutter {
  let start = position.byte
  let firstLine = position.line
  let lines = 0
  let at = position.byte
  let lineStart = position.byte

  function cut(end: number): TaskSlice {
    const slice = { start, end, firstLine, lines }
    start = end
    firstLine += lines
    lines = 0
    return slice
  }

  return {
    push(chunk) {
      const slices: TaskSlice[] = []
      for (let lf = chunk.indexOf(LF); lf !== -1; lf = chunk.indexOf(LF, lf + 1)) {
        lines++
        lineStart = at + lf + 1
        if (lines >= limits.lines || lineStart - start >= limits.bytes) slices.push(cut(lineStart))
      }
      at += chunk.length
      return slices
    },

    end() {
      if (at === start) return undefined
      // The last line needs no line break.
      if (at > lineStart) lines++
      return cut(at)
    },
  }
}

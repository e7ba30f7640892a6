/**
 * Lines of a manifest of any size, read from its byte ranges in bounded memory.
 */

/** Longer lines are an error; 15 times the longest that all fields of a row can need in ASCII. */
export const MAX_LINE_BYTES = 64 * 1024

const LF = 10
const CR = 13

export interface Line {
  /** 1-based. */
  readonly line: number
  /** Without its line break; undefined when it is longer than {@link MAX_LINE_BYTES}. */
  readonly bytes: Uint8Array | undefined
}

/**
 * Cuts bytes into lines at LF or CRLF; the last line needs no line break. A line that is too long is given as such as
 * soon as that is known and its rest is passed over: memory stays bounded whatever comes.
 *
 * @param chunks the bytes from the start of a line on
 * @param firstLine number of the first line
 */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, firstLine: number): AsyncGenerator<Line> {
  let line = firstLine
  let begun: Uint8Array[] = []
  let begunBytes = 0
  let isSkipping = false

  for await (const chunk of chunks) {
    let start = 0
    while (start < chunk.length) {
      const lf = chunk.indexOf(LF, start)
      const end = lf === -1 ? chunk.length : lf
      if (!isSkipping && end > start) {
        begun.push(chunk.subarray(start, end))
        begunBytes += end - start
        // One more for a CR, which does not count.
        if (begunBytes > MAX_LINE_BYTES + 1) {
          yield { line, bytes: undefined }
          isSkipping = true
        }
      }
      if (lf !== -1 || isSkipping) {
        if (!isSkipping) yield { line, bytes: bounded(begun) }
        begun = []
        begunBytes = 0
      }
      if (lf !== -1) {
        line++
        isSkipping = false
      }
      start = end + 1
    }
  }
  if (begunBytes > 0) yield { line, bytes: bounded(begun) }
}

function bounded(parts: Uint8Array[]): Uint8Array | undefined {
  const whole = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts)
  const bytes = whole.at(-1) === CR ? whole.subarray(0, -1) : whole
  return bytes.length > MAX_LINE_BYTES ? undefined : bytes
}

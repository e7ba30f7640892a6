/**
 * Vectors as they lie in a column: little-endian float32, which is what every machine that Node runs on has in memory.
 */

export function toBlob(vector: Float32Array): Uint8Array {
  return new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)
}

export function fromBlob(blob: Uint8Array): Float32Array {
  const isAligned = blob.byteOffset % Float32Array.BYTES_PER_ELEMENT === 0
  const bytes = isAligned ? blob : blob.slice()
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / Float32Array.BYTES_PER_ELEMENT)
}

import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  readonly folder: string
  /** Takes all space that is left. */
  fill(): void
  /** Gives it back. */
  free(): void
  remove(): void
}

/**
 * A disk of some megabytes (tmpfs), which needs root to mount.
 *
 * @returns what is missing when it cannot be had; with `CI=true` that is an error
 */
export function smallDisk(megabytes: number): SmallDisk | string {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-disk-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder])
  if (mounted.status !== 0) {
    rmdirSync(folder)
    const reason = 'the right to mount a tmpfs'
    if (process.env.CI) throw new Error(`with CI=true nothing is skipped, but this needs ${reason}`)
    return `needs ${reason}`
  }
  const filler = join(folder, 'filler')
  return {
    folder,
    fill() {
      const file = openSync(filler, 'a')
      try {
        for (let block = Buffer.alloc(1 << 20); block.length > 0; ) {
          try {
            writeSync(file, block)
          } catch (error) {
            if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
            block = block.subarray(0, block.length >> 1)
          }
        }
      } finally {
        closeSync(file)
      }
    },
    free: () => rmSync(filler),
    remove() {
      spawnSync('umount', ['--lazy', folder])
      rmdirSync(folder)
    },
  }
}

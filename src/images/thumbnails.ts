import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { problem } from '../errors.ts'

/** Small JPEGs of images, as files below the data folder. */
export interface Thumbnails {
  /** @returns its name, for the image's row @throws StorageFailed */
  write(instanceId: number, jpeg: Uint8Array): Promise<string>
  /** undefined = there is none */
  read(name: string): Promise<Uint8Array | undefined>
  /** '' and names that are gone are no error. */
  remove(name: string): Promise<void>
  removeInstance(instanceId: number): Promise<void>
  exists(name: string): Promise<boolean>
  /** All files of an instance, in no particular order; for `doctor`. */
  list(instanceId: number): AsyncIterable<{ readonly name: string; readonly modifiedMs: number }>
}

/** @param folder made when it is missing */
export function createThumbnails(folder: string): Thumbnails {
  return {
    async write(instanceId, jpeg) {
      // Never the same name twice: a file that is being read is never written, and its name can be cached for ever.
      const random = randomBytes(12).toString('hex')
      const name = `${instanceId}/${random.slice(0, 2)}/${random.slice(2)}.jpg`
      const file = join(folder, name)
      try {
        await writeFile(file, jpeg).catch(async (error: NodeJS.ErrnoException) => {
          if (error.code !== 'ENOENT') throw error
          await mkdir(dirname(file), { recursive: true })
          await writeFile(file, jpeg)
        })
      } catch (cause) {
        await rm(file, { force: true })
        throw problem('StorageFailed', { reason: (cause as Error).message }, { cause })
      }
      return name
    },

    async read(name) {
      return name === '' ? undefined : absent(readFile(join(folder, name)))
    },

    async remove(name) {
      if (name !== '') await rm(join(folder, name), { force: true })
    },

    async removeInstance(instanceId) {
      await rm(join(folder, String(instanceId)), { recursive: true, force: true })
    },

    async exists(name) {
      return (await modified(join(folder, name))) !== undefined
    },

    async *list(instanceId) {
      for (const shard of await entries(join(folder, String(instanceId)))) {
        for (const file of await entries(join(folder, String(instanceId), shard))) {
          const name = `${instanceId}/${shard}/${file}`
          const modifiedMs = await modified(join(folder, name))
          if (modifiedMs !== undefined) yield { name, modifiedMs }
        }
      }
    },
  }
}

/** undefined = there is no such file. */
async function modified(file: string): Promise<number | undefined> {
  return (await absent(stat(file)))?.mtimeMs
}

async function entries(folder: string): Promise<string[]> {
  return (await absent(readdir(folder))) ?? []
}

/** undefined instead of "there is no such file". */
async function absent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

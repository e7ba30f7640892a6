/**
 * What a suite needs and this machine may lack. A missing component skips the suite with its name; with `CI=true`
 * nothing may be skipped, so there it is an error.
 */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Need {
  /** Absolute path of the component when it is there. */
  readonly path: string
  /** For `test(name, { skip: need.skip }, ...)`: false, or what is missing. */
  readonly skip: false | string
}

/** A folder of the shared pictures: `sharedData('grocery')`. */
export function sharedData(folder: string): Need {
  return need(new URL(`../../shared/data/${folder}/`, import.meta.url), `pictures of ../shared/data/${folder}`)
}

/** A folder of the shared reference: `sharedReference('captures')`. */
export function sharedReference(folder: string): Need {
  return need(new URL(`../../shared/reference/${folder}/`, import.meta.url), `files of ../shared/reference/${folder}`)
}

function need(url: URL, name: string): Need {
  const path = fileURLToPath(url)
  if (existsSync(path)) return { path, skip: false }
  if (process.env.CI) throw new Error(`with CI=true nothing is skipped, but there are no ${name}`)
  return { path, skip: `needs ${name}` }
}

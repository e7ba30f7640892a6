/** `sightline search`: by picture, by the name of a stored image, by words, or by filter; a table, JSON, or a contact sheet. */
import { readFile, writeFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError } from 'commander'
import type { Client } from './client.ts'
import { printList, type RemoteFlags, remoteCommand, server, share, wholeNumber } from './command.ts'
import { categoryName, type ImageJson } from './image.ts'
import { instancePath } from './instance.ts'
import type { Column } from './table.ts'

export interface ResultJson extends ImageJson {
  /** Absent in answers to a filter alone. */
  readonly score?: number
}

export interface SearchJson {
  readonly results: readonly ResultJson[]
  readonly found?: number
  readonly picture?: { readonly categoryId: number; readonly region: string }
  readonly timings?: {
    readonly decodeMs: number
    readonly embedMs: number
    readonly searchMs: number
    readonly totalMs: number
  }
}

interface SearchFlags extends RemoteFlags {
  readonly picture?: string
  readonly name?: { readonly productId: string; readonly picName: string }
  readonly text?: string
  readonly filter?: string
  readonly num?: number
  readonly start?: number
  readonly category?: number
  readonly distinct?: boolean
  readonly threshold?: number
  readonly region?: string
  readonly crop?: boolean
  readonly contactSheet?: string
}

export function searchCommand(): Command {
  return remoteCommand('search', 'find the same and similar images', [
    'search shop --picture photo.jpg',
    'search shop --picture photo.jpg --filter \'int_attr < 5000 AND str_attr = "red"\' --distinct',
    'search shop --name 1000/shoe.jpg --contact-sheet results.png',
    'search shop --text "red shoe"',
  ])
    .argument('<instance>')
    .option('--picture <file>', 'search with a picture')
    .option('--name <product/picture>', 'search with a stored image', imageName)
    .option('--text <words>', 'search with words, if the model has a text encoder')
    .option('--filter <expression>', 'only images that match; alone: list them')
    .option('--num <n>', 'results, 1 to 100 (default: 10)', wholeNumber)
    .option('--start <n>', 'results to leave out before the first', wholeNumber)
    .option('--category <id>', 'only this category', wholeNumber)
    .option('--distinct', 'one image a product: its best')
    .option('--threshold <score>', 'least score, 0 to 1', share)
    .option('--region <x1,x2,y1,y2>', 'box to look at, in pixels of the picture')
    .option('--no-crop', 'look at the whole picture, do not look for the subject')
    .option('--contact-sheet <file>', 'write the results as one picture (PNG)')
    .action(search)
}

async function search(instance: string, flags: SearchFlags, made: Command): Promise<void> {
  if (!flags.picture && !flags.name && flags.text === undefined && !flags.filter)
    made.error('error: one of --picture, --name, --text and --filter is needed')
  const client = await server(flags)
  const picture = flags.picture === undefined ? undefined : await readFile(flags.picture)
  const answer = await askSearch(client, instance, {
    ...(picture && { picture }),
    ...flags.name,
    text: flags.text,
    filter: flags.filter,
    num: flags.num,
    start: flags.start,
    categoryId: flags.category,
    distinct: flags.distinct,
    threshold: flags.threshold,
    region: flags.region,
    ...(flags.crop === false && { crop: false }),
  })
  if (flags.contactSheet) {
    const name = flags.name && `${flags.name.productId}/${flags.name.picName}`
    const title = flags.picture ?? name ?? flags.text ?? flags.filter ?? ''
    await writeFile(flags.contactSheet, await drawAnswer(client, `${instance}: ${title}`, answer, picture))
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`)
  else printAnswer(answer)
}

/** Asks the server; the picture goes as the body, all else in the query. */
export function askSearch(
  client: Client,
  instance: string,
  { picture, ...rest }: { picture?: Uint8Array } & Readonly<Record<string, unknown>>,
): Promise<SearchJson> {
  const path = `${instancePath(instance)}/search`
  const query = rest as Record<string, string | number | boolean | undefined>
  return client.call('POST', path, picture ? { query, bytes: picture } : { json: rest })
}

const COLUMNS: readonly Column<ResultJson & { rank: number }>[] = [
  { title: '#', value: ({ rank }) => rank, align: 'right' },
  { title: 'Score', value: ({ score }) => score?.toFixed(3), align: 'right' },
  { title: 'Product', value: ({ productId }) => productId, isElastic: true },
  { title: 'Picture', value: ({ picName }) => picName, isElastic: true },
  { title: 'Category', value: ({ categoryId }) => categoryName(categoryId) },
  { title: 'Content', value: ({ customContent }) => customContent, isElastic: true },
]

/** The table of an answer, and below it what was seen and how long it took. */
export function printAnswer(answer: SearchJson): void {
  const ranked = answer.results.map((result, i) => ({ ...result, rank: i + 1 }))
  printList({}, ranked, COLUMNS, 'Nothing was found.')
  const facts = searchFacts(answer)
  if (facts.length > 0) process.stdout.write(`\n${facts.join('\n')}\n`)
}

/** Sentences about an answer: what was seen, how many, how long. */
export function searchFacts({ results, found, picture, timings }: SearchJson): string[] {
  return [
    picture ? `Seen: ${categoryName(picture.categoryId)}, subject ${picture.region}` : '',
    found === undefined ? '' : `${results.length} of ${found} images`,
    timings ? describeTimings(timings) : '',
  ].filter(Boolean)
}

function describeTimings({ totalMs, decodeMs, embedMs, searchMs }: NonNullable<SearchJson['timings']>): string {
  const parts = Object.entries({ decode: decodeMs, embed: embedMs, search: searchMs })
    .filter(([, ms]) => ms > 0)
    .map(([name, ms]) => `${name} ${Math.round(ms)}`)
  return `${Math.round(totalMs)} ms: ${parts.join(', ')}`
}

/** Draws an answer as a contact sheet, with the thumbnails that the server has. */
export async function drawAnswer(
  client: Client,
  title: string,
  answer: SearchJson,
  picture?: Uint8Array,
): Promise<Buffer> {
  const { drawContactSheet } = await import('./contact-sheet.ts')
  const thumbnails = await Promise.all(
    answer.results.map(({ thumbnail }) =>
      thumbnail === '' ? undefined : client.bytes(thumbnail.replace(/^\/v1/, '')),
    ),
  )
  const [x1 = 0, x2 = 0, y1 = 0, y2 = 0] = answer.picture?.region.split(',').map(Number) ?? []
  return drawContactSheet({
    title,
    facts: searchFacts(answer),
    ...(picture && { query: { picture, ...(x2 > x1 && { region: { x1, x2, y1, y2 } }) } }),
    results: answer.results.map((result, i) => ({
      productId: result.productId,
      picName: result.picName,
      category: categoryName(result.categoryId),
      ...(result.score !== undefined && { score: result.score }),
      ...(thumbnails[i] && { picture: thumbnails[i] }),
    })),
  })
}

function imageName(text: string): { productId: string; picName: string } {
  const slash = text.indexOf('/')
  if (slash < 1 || slash === text.length - 1) throw new InvalidArgumentError('Expected PRODUCT/PICTURE.')
  return { productId: text.slice(0, slash), picName: text.slice(slash + 1) }
}

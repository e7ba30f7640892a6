/** `sightline image`: single images are added, shown, changed and deleted. */
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Command } from 'commander'
import { type Attributes, CATEGORIES, INT_ATTRIBUTES, STR_ATTRIBUTES } from '../attributes.ts'
import {
  command,
  EXIT,
  localTime,
  printDocument,
  type RemoteFlags,
  remoteCommand,
  server,
  wholeNumber,
} from './command.ts'
import { instancePath } from './instance.ts'
import { renderFields } from './table.ts'

export interface ImageJson extends Attributes {
  readonly id: number
  readonly productId: string
  readonly picName: string
  readonly categoryId: number
  readonly customContent: string
  readonly region: string
  readonly width: number
  readonly height: number
  /** Path on the server; '' = none. */
  readonly thumbnail: string
  readonly createdMs: number
  readonly updatedMs: number
}

interface KeyFlags extends RemoteFlags {
  readonly product: string
  readonly pic?: string
}

interface FieldFlags extends KeyFlags, Partial<Attributes> {
  readonly content?: string
}

interface AddFlags extends FieldFlags {
  readonly category?: number
  readonly region?: string
  readonly crop?: boolean
}

export function imageCommand(): Command {
  return command('image', 'add, show, change and delete single images')
    .addCommand(
      withFields(
        remoteCommand('add', 'add an image, or replace the one of the same product and name', [
          'image add shop shoe.jpg --product 1000 --int-attr 4990 --str-attr red',
        ]),
      )
        .argument('<instance>')
        .argument('<file>', 'picture file')
        .requiredOption('--product <id>', 'ProductId')
        .option('--pic <name>', 'PicName (default: name of the file)')
        .option('--category <id>', 'category; without it a product instance predicts one', wholeNumber)
        .option('--region <x1,x2,y1,y2>', 'box of the subject, in pixels')
        .option('--no-crop', 'take the whole picture, do not look for the subject')
        .action(add),
    )
    .addCommand(withKey(remoteCommand('show', 'show an image'), true).action(show))
    .addCommand(
      withFields(
        withKey(
          remoteCommand('update', 'change what is said of an image, or of all images of a product', [
            'image update shop --product 1000 --int-attr 3990',
          ]),
        ),
      ).action(update),
    )
    .addCommand(withKey(remoteCommand('delete', 'delete an image, or a product with all its images')).action(remove))
}

function withKey(made: Command, needsPicture = false): Command {
  made.argument('<instance>').requiredOption('--product <id>', 'ProductId')
  return needsPicture
    ? made.requiredOption('--pic <name>', 'PicName')
    : made.option('--pic <name>', 'PicName (default: all images of the product)')
}

function withFields(made: Command): Command {
  for (const name of INT_ATTRIBUTES) made.option(`--${kebab(name)} <n>`, label(name), wholeNumber)
  for (const name of STR_ATTRIBUTES) made.option(`--${kebab(name)} <text>`, label(name))
  return made.option('--content <text>', 'CustomContent, given back in results as it is')
}

const label = (name: string): string => name[0]?.toUpperCase() + name.slice(1)

/** `intAttr2` is `--int-attr2`: commander makes the same name of it. */
function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

function fieldsJson(flags: FieldFlags): Record<string, string | number | undefined> {
  const attributes = [...INT_ATTRIBUTES, ...STR_ATTRIBUTES].map((name) => [name, flags[name]] as const)
  return { ...Object.fromEntries(attributes), customContent: flags.content }
}

async function add(instance: string, file: string, flags: AddFlags): Promise<void> {
  const client = await server(flags)
  const key = { productId: flags.product, picName: flags.pic ?? basename(file) }
  const added = await client.call<{ id: number; categoryId: number; region: string }>(
    'POST',
    `${instancePath(instance)}/images`,
    {
      bytes: await readFile(file),
      query: {
        ...key,
        ...fieldsJson(flags),
        categoryId: flags.category,
        region: flags.region,
        ...(flags.crop === false && { crop: false }),
      },
    },
  )
  printDocument(flags, { ...key, ...added }, ({ categoryId, region }) =>
    renderFields([
      ['Product', key.productId],
      ['Picture', key.picName],
      ['Category', categoryName(categoryId)],
      ['Subject', region],
    ]),
  )
}

async function show(instance: string, flags: KeyFlags): Promise<void> {
  const client = await server(flags)
  const query = { productId: flags.product, picName: flags.pic }
  printDocument(flags, await client.call<ImageJson>('GET', `${instancePath(instance)}/image`, { query }), describe)
}

async function update(instance: string, flags: FieldFlags): Promise<void> {
  const client = await server(flags)
  const json = { productId: flags.product, picName: flags.pic, ...fieldsJson(flags) }
  const answer = await client.call<{ updated: number }>('PATCH', `${instancePath(instance)}/images`, { json })
  printDocument(flags, answer, ({ updated }) => `${updated} ${updated === 1 ? 'image' : 'images'} changed.\n`)
}

async function remove(instance: string, flags: KeyFlags): Promise<void> {
  const client = await server(flags)
  const query = { productId: flags.product, picName: flags.pic }
  const answer = await client.call<{ deleted: unknown[] }>('DELETE', `${instancePath(instance)}/images`, { query })
  if (answer.deleted.length === 0) process.exitCode = EXIT.error
  printDocument(flags, answer, ({ deleted }) =>
    deleted.length === 0
      ? 'There was no such image.\n'
      : `${deleted.length} ${deleted.length === 1 ? 'image' : 'images'} deleted.\n`,
  )
}

/** `4 Shoes` */
export function categoryName(id: number): string {
  return `${id} ${CATEGORIES.get(id) ?? ''}`.trim()
}

function describe(image: ImageJson): string {
  return renderFields([
    ['Product', image.productId],
    ['Picture', image.picName],
    ['Category', categoryName(image.categoryId)],
    ['Subject', `${image.region} of ${image.width}x${image.height}`],
    ...[...INT_ATTRIBUTES, ...STR_ATTRIBUTES]
      .filter((name) => image[name] !== 0 && image[name] !== '')
      .map((name) => [label(name), image[name]] as const),
    ['Content', image.customContent || '-'],
    ['Added', localTime(image.createdMs)],
    ['Changed', localTime(image.updatedMs)],
  ])
}

// Adds pictures to an instance and searches with one more, through the official SDK. Only the endpoint is not the cloud's.
//
//   npm install @alicloud/imagesearch20201214
//   export SIGHTLINE_ENDPOINT=http://127.0.0.1:8750 SIGHTLINE_ACCESS_KEY_ID=... SIGHTLINE_ACCESS_KEY_SECRET=...
//   node examples/first-search.mjs my-shop red-shoe.jpg blue-shoe.jpg bag.jpg -- photo-of-a-shoe.jpg
//
// The keys are in credentials.json in the data folder of the server; the instance is made by
// `sightline instance create my-shop --type product`.
import { readFile } from 'node:fs/promises'
import { basename, parse } from 'node:path'
import imagesearch from '@alicloud/imagesearch20201214'
import openapi from '@alicloud/openapi-core'

const { default: Client, AddImageRequest, SearchImageByPicRequest } = imagesearch
const { SIGHTLINE_ENDPOINT, SIGHTLINE_ACCESS_KEY_ID, SIGHTLINE_ACCESS_KEY_SECRET } = process.env
const [instanceName, ...files] = process.argv.slice(2)
const [added, [query]] = [files.slice(0, files.indexOf('--')), files.slice(files.indexOf('--') + 1)]
if (!SIGHTLINE_ENDPOINT || !instanceName || !query) {
  console.error('usage: node first-search.mjs INSTANCE PICTURE... -- PICTURE (see the first lines of this file)')
  process.exit(2)
}

const { protocol, host } = new URL(SIGHTLINE_ENDPOINT)
const client = new Client(
  new openapi.$OpenApiUtil.Config({
    endpoint: host,
    protocol: protocol.replace(':', ''),
    accessKeyId: SIGHTLINE_ACCESS_KEY_ID,
    accessKeySecret: SIGHTLINE_ACCESS_KEY_SECRET,
    regionId: 'local',
  }),
)

for (const file of added) {
  const picContent = await readFile(file, 'base64')
  const { body } = await client.addImage(
    new AddImageRequest({ instanceName, productId: parse(file).name, picName: basename(file), picContent }),
  )
  console.log(`added ${file}: category ${body.picInfo.categoryId}, subject ${body.picInfo.region}`)
}

const picContent = await readFile(query, 'base64')
const { body } = await client.searchImageByPic(new SearchImageByPicRequest({ instanceName, picContent, num: 5 }))
console.table(body.auctions.map(({ score, productId, picName }) => ({ score: score.toFixed(3), productId, picName })))

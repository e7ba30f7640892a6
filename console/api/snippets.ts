/** Calls in the languages of the official SDKs, ready to paste. */
import type { SearchInput } from './search.ts'

export interface Snippet {
  readonly name: string
  readonly text: string
}

/** How a program connects: key, endpoint, one search. */
export function connectSnippets(endpoint: string, instance: string): Snippet[] {
  const host = endpoint.replace(/^https?:\/\//, '')
  const protocol = endpoint.startsWith('https') ? 'https' : 'http'
  return [
    {
      name: 'curl',
      text: `curl ${endpoint}/v1/instances/${instance}/search?num=10 \\
  -H "Authorization: Bearer $SIGHTLINE_KEY" \\
  -H "Content-Type: image/jpeg" --data-binary @query.jpg`,
    },
    {
      name: 'Node.js',
      text: `import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
const require = createRequire(import.meta.url)
const { default: Client, SearchImageByPicRequest } = require('@alicloud/imagesearch20201214')
const { $OpenApiUtil } = require('@alicloud/openapi-core')

const client = new Client(new $OpenApiUtil.Config({
  accessKeyId: process.env.SIGHTLINE_ACCESS_KEY_ID,
  accessKeySecret: process.env.SIGHTLINE_ACCESS_KEY_SECRET,
  endpoint: '${host}',
  protocol: '${protocol}',
  regionId: 'local',
}))
const answer = await client.searchImageByPic(new SearchImageByPicRequest({
  instanceName: '${instance}',
  picContent: readFileSync('query.jpg', 'base64'),
}))
console.log(answer.body.auctions)`,
    },
    {
      name: 'Python',
      text: `import base64, os
from alibabacloud_imagesearch20201214.client import Client
from alibabacloud_imagesearch20201214.models import SearchImageByPicRequest
from alibabacloud_tea_openapi.models import Config

client = Client(Config(
    access_key_id=os.environ['SIGHTLINE_ACCESS_KEY_ID'],
    access_key_secret=os.environ['SIGHTLINE_ACCESS_KEY_SECRET'],
    endpoint='${host}', protocol='${protocol}', region_id='local'))
with open('query.jpg', 'rb') as f:
    picture = base64.b64encode(f.read()).decode()
answer = client.search_image_by_pic(SearchImageByPicRequest(
    instance_name='${instance}', pic_content=picture))
print(answer.body.auctions)`,
    },
    {
      name: 'Java',
      text: `var config = new com.aliyun.teaopenapi.models.Config()
    .setAccessKeyId(System.getenv("SIGHTLINE_ACCESS_KEY_ID"))
    .setAccessKeySecret(System.getenv("SIGHTLINE_ACCESS_KEY_SECRET"))
    .setEndpoint("${host}").setProtocol("${protocol}").setRegionId("local");
var client = new com.aliyun.imagesearch20201214.Client(config);
var picture = Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of("query.jpg")));
var answer = client.searchImageByPic(new SearchImageByPicRequest()
    .setInstanceName("${instance}").setPicContent(picture));
System.out.println(answer.body.auctions);`,
    },
    {
      name: 'Go',
      text: `client, _ := imagesearch.NewClient(&openapi.Config{
	AccessKeyId:     tea.String(os.Getenv("SIGHTLINE_ACCESS_KEY_ID")),
	AccessKeySecret: tea.String(os.Getenv("SIGHTLINE_ACCESS_KEY_SECRET")),
	Endpoint:        tea.String("${host}"),
	Protocol:        tea.String("${protocol}"),
	RegionId:        tea.String("local"),
})
picture, _ := os.ReadFile("query.jpg")
answer, err := client.SearchImageByPic(&imagesearch.SearchImageByPicRequest{
	InstanceName: tea.String("${instance}"),
	PicContent:   tea.String(base64.StdEncoding.EncodeToString(picture)),
})`,
    },
  ]
}

const NODE_CLIENT = (host: string, protocol: string) => `import { createRequire } from 'node:module'
import { readFileSync } from 'node:fs'
const require = createRequire(import.meta.url)
const sdk = require('@alicloud/imagesearch20201214')
const { $OpenApiUtil } = require('@alicloud/openapi-core')

const client = new sdk.default(new $OpenApiUtil.Config({
  accessKeyId: process.env.SIGHTLINE_ACCESS_KEY_ID,
  accessKeySecret: process.env.SIGHTLINE_ACCESS_KEY_SECRET,
  endpoint: '${host}',
  protocol: '${protocol}',
  regionId: 'local',
}))
`

/** One search as it was just made. */
export function searchSnippets(endpoint: string, instance: string, input: SearchInput): Snippet[] {
  const { picture, ...rest } = input
  const host = endpoint.replace(/^https?:\/\//, '')
  const protocol = endpoint.startsWith('https') ? 'https' : 'http'
  const action = picture
    ? 'SearchImageByPic'
    : input.text
      ? 'SearchImageByText'
      : input.picName
        ? 'SearchImageByName'
        : 'SearchImageByFilter'
  const { threshold, distinct, ...same } = rest
  const fields: Record<string, string | number | boolean | undefined> = {
    instanceName: instance,
    ...same,
    ...(threshold !== undefined && { scoreThreshold: threshold.toFixed(2) }),
    ...(distinct && { distinctProductId: true }),
  }
  const set = Object.entries(fields).filter(([, value]) => value !== undefined)
  const content = typeof picture === 'string' ? JSON.stringify(picture) : undefined
  const method = action[0]?.toLowerCase() + action.slice(1)
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  const python = (value: unknown) => (typeof value === 'boolean' ? (value ? 'True' : 'False') : JSON.stringify(value))

  const query = new URLSearchParams(
    Object.entries(rest)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  )
  const curl =
    picture instanceof Blob
      ? `curl '${endpoint}/v1/instances/${instance}/search?${query}' \\
  -H "Authorization: Bearer $SIGHTLINE_KEY" \\
  -H "Content-Type: image/jpeg" --data-binary @query.jpg`
      : `curl '${endpoint}/v1/instances/${instance}/search' \\
  -H "Authorization: Bearer $SIGHTLINE_KEY" -H "Content-Type: application/json" \\
  -d '${JSON.stringify(input).replaceAll("'", "'\\''")}'`

  return [
    { name: 'curl', text: curl },
    {
      name: 'Node.js',
      text: `${NODE_CLIENT(host, protocol)}
const answer = await client.${method}(new sdk.${action}Request({
${set.map(([name, value]) => `  ${name}: ${JSON.stringify(value)},`).join('\n')}${
  picture ? `\n  picContent: ${content ?? "readFileSync('query.jpg', 'base64')"},` : ''
}
}))
console.log(answer.body.auctions)`,
    },
    {
      name: 'Python',
      text: `from alibabacloud_imagesearch20201214 import models
${picture && !content ? "import base64\npicture = base64.b64encode(open('query.jpg', 'rb').read()).decode()\n" : ''}
answer = client.${snake(method)}(models.${action}Request(
${set.map(([name, value]) => `    ${snake(name)}=${python(value)},`).join('\n')}${
  picture ? `\n    pic_content=${content ?? 'picture'},` : ''
}
))
print(answer.body.auctions)`,
    },
  ]
}

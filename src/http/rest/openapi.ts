/**
 * The OpenAPI 3.1 description of `/v1`, made from the table of routes: TypeBox schemas are JSON Schema as they stand.
 */
import type { TProperties, TSchema } from 'typebox'
import type { RestRoute } from './route.ts'

export function openapi(routes: readonly RestRoute[], version: string): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = `/v1${route.path.replace(/:(\w+)/g, '{$1}')}`
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Sightline', version },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        acs3: { type: 'apiKey', in: 'header', name: 'authorization', description: 'ACS3-HMAC-SHA256 signature' },
      },
      schemas: { Error: ERROR },
    },
  }
}

const ERROR = {
  type: 'object',
  required: ['error', 'requestId'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message', 'hint', 'retryable'],
      properties: {
        code: { type: 'string' },
        message: { type: 'string' },
        hint: { type: 'string', description: 'What to do.' },
        retryable: { type: 'boolean', description: 'Whether the same request can succeed later.' },
      },
    },
    requestId: { type: 'string' },
  },
}

function operation(route: RestRoute): object {
  const { summary, action, params, query, body, status = 200 } = route
  return {
    summary,
    ...(action === 'public' ? { security: [] } : { security: [{ bearer: [] }, { acs3: [] }] }),
    ...(!['public', 'signed-in'].includes(action) && { 'x-sightline-action': action }),
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...(body && { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: {
      [status]: { description: 'Done.' },
      default: {
        description: 'An error of docs/reference/errors.md.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      },
    },
  }
}

function parametersOf(schema: TSchema | undefined, where: 'path' | 'query'): object[] {
  const { properties = {}, required = [] } = (schema ?? {}) as { properties?: TProperties; required?: string[] }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || (required.includes(name) && !('default' in property)),
    schema: property,
  }))
}

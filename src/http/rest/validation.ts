/**
 * Parameters, queries and bodies held against the schema of a route; what is wrong becomes an error of the table.
 */
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { clip, problem, type SightlineError } from '../../errors.ts'

/** @throws ParameterMissing, ParameterInvalid of the first thing that is wrong */
export type Read = (value: unknown) => unknown

/** For paths and queries: texts become numbers and booleans where the schema asks for them. */
export function textReader(schema: TSchema | undefined, where: string): Read {
  if (!schema) return () => undefined
  const validator = Compile(schema)
  return (value) => check(validator, validator.Convert(validator.Default(value)), where)
}

/** For JSON: types must be right. */
export function jsonReader(schema: TSchema | undefined, where: string): Read {
  if (!schema) return () => undefined
  const shapes = shapesOf(schema)
  if (shapes) return shapeReader(shapes, where)
  const validator = Compile(schema)
  return (value) => check(validator, validator.Default(value), where)
}

/** One of several shapes of a body, told apart by a field that has one value in each, and that one may lack. */
interface Shape {
  readonly field: string
  readonly value: string | undefined
  readonly schema: TSchema
}

/** undefined = the schema is no choice of such shapes */
function shapesOf(schema: TSchema): readonly Shape[] | undefined {
  const { anyOf = [] } = schema as { anyOf?: readonly { properties?: Record<string, { const?: string }> }[] }
  const fields = anyOf.flatMap(({ properties = {} }) =>
    Object.keys(properties).filter((name) => properties[name]?.const),
  )
  const [field] = fields
  if (field === undefined) return undefined
  return anyOf.map((shape) => ({ field, value: shape.properties?.[field]?.const, schema: shape as TSchema }))
}

/** Picks the shape first: what is wrong is then said of that one. */
function shapeReader(shapes: readonly Shape[], where: string): Read {
  const readers = new Map(shapes.map(({ value, schema }) => [value, jsonReader(schema, where)]))
  const field = shapes[0]?.field ?? ''
  return (value) => {
    const kind = (value as Record<string, unknown> | null | undefined)?.[field]
    const reader = readers.get(kind as string | undefined)
    if (reader) return reader(value)
    if (kind === undefined) throw problem('ParameterMissing', { name: field })
    const expected = `one of ${[...readers.keys()].filter((name) => name !== undefined).join(', ')}`
    throw problem('ParameterInvalid', { name: field, expected, found: clip(kind) })
  }
}

function check(validator: Validator, value: unknown, where: string): unknown {
  if (validator.Check(value)) return value
  throw describe(validator.Errors(value), value, where)
}

function describe(errors: readonly TLocalizedValidationError[], value: unknown, where: string): SightlineError {
  // A mistake inside is clearer than "one of these" around it.
  const error = errors.find(({ keyword }) => keyword !== 'anyOf') ?? errors[0]
  const path = error?.instancePath.split('/').slice(1) ?? []
  const name = (...more: string[]) => [...path, ...more].join('.') || where
  const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value)
  if (error?.keyword === 'required')
    return problem('ParameterMissing', { name: name(error.params.requiredProperties[0] ?? '') })
  return problem('ParameterInvalid', { name: name(), expected: expectation(error), found: clip(found) })
}

const TYPES: Readonly<Record<string, string>> = {
  integer: 'an integer',
  number: 'a number',
  string: 'a text',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
}

function expectation(error: TLocalizedValidationError | undefined): string {
  // `additionalProperties: false` is the schema "false" for each unknown name.
  if (error?.keyword === 'boolean') return 'left out, as there is no such parameter'
  if (error?.keyword === 'enum') return `one of ${error.params.allowedValues.join(', ')}`
  if (error?.keyword === 'type') return TYPES[String(error.params.type)] ?? String(error.params.type)
  return error?.message.replace(/^must be /, '').replace(/^must (not )?/, 'a value that must $1') ?? 'valid'
}

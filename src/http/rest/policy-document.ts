/**
 * Policies in bodies: as JSON, or as the text of a file, whose errors then say where in the text.
 */
import { Type } from 'typebox'

export const POLICY_DOCUMENT = Type.Union([Type.Object({}), Type.String()], {
  description: 'A policy in the cloud’s language, as JSON or as a text of JSON.',
})

export function documentText(document: object | string): string {
  return typeof document === 'string' ? document : JSON.stringify(document, null, 2)
}

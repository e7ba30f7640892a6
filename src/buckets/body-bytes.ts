import { addAbortSignal, type Readable } from 'node:stream'

/**
 * The chunks of a store's answer.
 *
 * @param problemOf says of a failure of the connection what it means; an abort is thrown as it is
 */
export async function* bodyBytes(
  body: Readable,
  signal: AbortSignal | undefined,
  problemOf: (error: unknown) => unknown,
): AsyncGenerator<Uint8Array> {
  if (signal) addAbortSignal(signal, body)
  try {
    for await (const chunk of body) yield chunk as Uint8Array
  } catch (error) {
    signal?.throwIfAborted()
    throw problemOf(error)
  }
}

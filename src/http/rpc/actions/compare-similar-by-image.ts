import { problem, SightlineError } from '../../../errors.ts'
import { action, type Call } from '../action.ts'
import { optional, picContent } from '../parameters.ts'

export const compareSimilarByImage = action({
  name: 'CompareSimilarByImage',
  envelope: 'Msg',
  parameters: { PrimaryPicContent: optional(picContent), SecondaryPicContent: optional(picContent) },
  async handle(call, p) {
    const [primary, secondary] = await Promise.all([
      readPicture(call, p.PrimaryPicContent, 'PrimaryPictureInvalid'),
      readPicture(call, p.SecondaryPicContent, 'SecondaryPictureInvalid'),
    ])
    const { score } = await call.services.search.compare(call.instance, primary, secondary)
    return { Score: score }
  },
})

/** Content that is no picture at all has a code of its own for each of the two; all else is as in other actions. */
async function readPicture(
  { picture, signal }: Call,
  content: string | undefined,
  code: 'PrimaryPictureInvalid' | 'SecondaryPictureInvalid',
): Promise<Uint8Array> {
  try {
    return await picture(content ?? '', signal)
  } catch (error) {
    if (!(error instanceof SightlineError) || !['PictureEmpty', 'PictureNotBase64'].includes(error.code)) throw error
    throw problem(code, { reason: error.message })
  }
}

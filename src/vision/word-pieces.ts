/**
 * Text to the numbers of its word pieces, by a vocabulary in the format of BERT's `vocab.txt`: one token a line, its
 * number is the line's, pieces that go on a word begin with `##`.
 */

export interface WordPieces {
  /** Numbers of `[CLS]`, the pieces and `[SEP]`, at most `maxTokens`. */
  tokens(text: string): number[]
}

/** A longer one is no word of any vocabulary, and looking for its pieces takes the square of its length. */
const MAX_WORD_CHARS = 100
const SPECIAL = ['[CLS]', '[SEP]', '[UNK]'] as const

/** A Chinese character, a run of other letters and digits, or one sign: what BERT takes for words. */
const WORDS = /\p{Unified_Ideograph}|[^\s\p{Unified_Ideograph}\p{P}$+<=>^`|~\p{Cc}\p{Cf}]+|[\p{P}$+<=>^`|~]/gu

/** @returns undefined when the vocabulary lacks one of `[CLS]`, `[SEP]`, `[UNK]` */
export function createWordPieces(
  vocabulary: string,
  { maxTokens, lowerCase }: { maxTokens: number; lowerCase: boolean },
): WordPieces | undefined {
  const numbers = new Map(vocabulary.split(/\r?\n/).map((token, i) => [token, i]))
  const [first, last, unknown] = SPECIAL.map((token) => numbers.get(token))
  if (first === undefined || last === undefined || unknown === undefined) return undefined

  function pieces(word: string): number[] {
    if (word.length > MAX_WORD_CHARS) return [unknown as number]
    const found: number[] = []
    for (let at = 0; at < word.length; ) {
      let end = word.length
      const piece = () => (at === 0 ? '' : '##') + word.slice(at, end)
      while (end > at && !numbers.has(piece())) end--
      if (end === at) return [unknown as number]
      found.push(numbers.get(piece()) as number)
      at = end
    }
    return found
  }

  return {
    tokens(text) {
      const plain = lowerCase
        ? text
            .toLowerCase()
            .normalize('NFD')
            .replace(/\p{Mn}/gu, '')
        : text.normalize('NFC')
      const inside = (plain.match(WORDS) ?? []).flatMap(pieces)
      return [first, ...inside.slice(0, maxTokens - 2), last]
    },
  }
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWordPieces } from './word-pieces.ts'

const VOCABULARY = [
  '[PAD]',
  '[UNK]',
  '[CLS]',
  '[SEP]',
  'un',
  '##aff',
  '##able',
  'red',
  ',',
  '红',
  '裙',
  'Red',
  '$',
  '##d',
]

function pieces(text: string, { maxTokens = 20, lowerCase = true } = {}): string[] {
  const words = createWordPieces(VOCABULARY.join('\n'), { maxTokens, lowerCase })
  return words!.tokens(text).map((number) => VOCABULARY[number]!)
}

test('a text becomes the longest pieces that the vocabulary has, between the two marks', () => {
  assert.deepEqual(pieces('Unaffable, réd'), ['[CLS]', 'un', '##aff', '##able', ',', 'red', '[SEP]'])
})

test('Chinese characters and signs are words of their own', () => {
  assert.deepEqual(pieces('红裙red$'), ['[CLS]', '红', '裙', 'red', '$', '[SEP]'])
})

test('a word with a part that the vocabulary lacks is unknown as a whole', () => {
  assert.deepEqual(pieces(`unred ${'un'.repeat(60)} redd`), ['[CLS]', '[UNK]', '[UNK]', 'red', '##d', '[SEP]'])
})

test('what is beyond the longest text is cut off; case counts where the model says so', () => {
  assert.deepEqual(pieces('red red red', { maxTokens: 4 }), ['[CLS]', 'red', 'red', '[SEP]'])
  assert.deepEqual(pieces('Red', { lowerCase: false }), ['[CLS]', 'Red', '[SEP]'])
  assert.deepEqual(pieces(' \n\t\u0000'), ['[CLS]', '[SEP]'])
})

test('a vocabulary without the marks is none', () => {
  assert.equal(createWordPieces('red\nblue', { maxTokens: 4, lowerCase: true }), undefined)
})

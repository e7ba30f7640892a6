import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type AddRow, type BadRow, type DeleteRow, parseRow } from './manifest-row.ts'

const ADD = { OperationType: 'ADD', ProductId: '1', PicName: 'a.jpg' }

function good(json: unknown): AddRow | DeleteRow {
  const row = parseRow(typeof json === 'string' ? json : JSON.stringify(json), 1)
  if (row.operation === 'NONE') assert.fail(`${row.error.code}: ${row.error.message}`)
  return row
}

function bad(json: unknown): BadRow {
  const row = parseRow(typeof json === 'string' ? json : JSON.stringify(json), 7)
  if (row.operation !== 'NONE') assert.fail(`accepted ${JSON.stringify(row)}`)
  assert.equal(row.line, 7)
  assert.ok(row.error.message.length < 400 && row.error.hint.length > 0)
  return row
}

describe('a row in the current format', () => {
  test('carries all of its fields', () => {
    assert.deepEqual(
      good(
        '{"OperationType": "ADD","ProductId": "1000","PicName": "girl/cloth1.jpg","CategoryId": 0,"IntAttr": 0,"IntAttr2":-5,"IntAttr3":3,"IntAttr4":2147483647,"StrAttr": "value1","StrAttr2":"v2","StrAttr3":"","StrAttr4":"v4","CustomContent": "k1:v1,k2:v2,k3:v3","Region": "20,40,60,80","Crop":false}',
      ),
      {
        operation: 'ADD',
        line: 1,
        productId: '1000',
        picName: 'girl/cloth1.jpg',
        categoryId: 0,
        region: { x1: 20, x2: 40, y1: 60, y2: 80 },
        crop: false,
        fields: {
          customContent: 'k1:v1,k2:v2,k3:v3',
          intAttr: 0,
          intAttr2: -5,
          intAttr3: 3,
          intAttr4: 2147483647,
          strAttr: 'value1',
          strAttr2: 'v2',
          strAttr3: '',
          strAttr4: 'v4',
        },
      },
    )
  })

  test('deletes one picture, or the product when it names none', () => {
    assert.deepEqual(good('{"OperationType":"DELETE","ProductId":"1004", "PicName":"fengyi.jpg"}'), {
      operation: 'DELETE',
      line: 1,
      productId: '1004',
      picName: 'fengyi.jpg',
    })
    assert.deepEqual(good('{"OperationType":"DELETE","ProductId":"1005"}'), {
      operation: 'DELETE',
      line: 1,
      productId: '1005',
    })
  })

  test('may delete a picture of any name, since the API stores any name', () => {
    const row = good({ OperationType: 'DELETE', ProductId: '1', PicName: 'https://shop.example/../x' })
    assert.equal(row.picName, 'https://shop.example/../x')
  })
})

describe('a row in the old format', () => {
  test('gives the same rows', () => {
    assert.deepEqual(
      good(
        '{"operator":"ADD","item_id":"1000","cat_id":0,"cust_content":"k1:v1","pic_list":["girl_cloth1.jpg"],"int_attr":5,"str_attr":"s"}',
      ),
      good({
        OperationType: 'ADD',
        ProductId: '1000',
        CategoryId: 0,
        CustomContent: 'k1:v1',
        PicName: 'girl_cloth1.jpg',
        IntAttr: 5,
        StrAttr: 's',
      }),
    )
    assert.deepEqual(good('{"operator":"DELETE","item_id":"1000"}'), {
      operation: 'DELETE',
      line: 1,
      productId: '1000',
    })
  })

  test('may have numbers as ids', () => {
    assert.equal(good('{"operator":"ADD","item_id":1000,"cat_id":3,"pic_list":["bag1.jpeg"]}').productId, '1000')
  })

  test('may be mixed with the current one, whose keys count', () => {
    const row = good(
      '{"operator":"ADD","ProductId":"a","item_id":"b","PicName":"x.jpg","pic_list":["y.jpg"],"cat_id":2}',
    )
    assert.deepEqual(row, {
      operation: 'ADD',
      line: 1,
      productId: 'a',
      picName: 'x.jpg',
      categoryId: 2,
      fields: {},
    })
  })
})

test('a row may begin with a byte-order mark, have null for absent fields and numbers in quotes', () => {
  const row = good(
    '\uFEFF {"OperationType":"add","ProductId":"1","PicName":"a.jpg","CategoryId":"4","Region":null,"IntAttr":"7","StrAttr":9,"Unknown":[1]} ',
  )
  assert.deepEqual(row, {
    operation: 'ADD',
    line: 1,
    productId: '1',
    picName: 'a.jpg',
    categoryId: 4,
    fields: { intAttr: 7, strAttr: '9' },
  })
})

describe('a row that cannot be used says why', () => {
  const cases: [string, unknown, string][] = [
    ['is not JSON', 'hello', 'RowNotJson'],
    ['is cut off', '{"OperationType":"ADD","ProductId":"1"', 'RowNotJson'],
    ['has single quotes', "{'OperationType':'ADD'}", 'RowNotJson'],
    ['ends with a comma', `${JSON.stringify(ADD)},`, 'RowNotJson'],
    ['is an array', [ADD], 'RowNotJson'],
    ['is a number', '5', 'RowNotJson'],
    ['has two objects', JSON.stringify(ADD) + JSON.stringify(ADD), 'RowSeveralObjects'],
    ['has two objects and a comma', `${JSON.stringify({ ...ADD, StrAttr: '}"{' })} , {"a":1}`, 'RowSeveralObjects'],
    ['names no operation', { ProductId: '1', PicName: 'a.jpg' }, 'RowFieldMissing'],
    ['names an unknown operation', { ...ADD, OperationType: 'UPDATE' }, 'RowOperationUnknown'],
    ['has no product', { OperationType: 'ADD', PicName: 'a.jpg' }, 'RowFieldMissing'],
    ['has an empty product', { ...ADD, ProductId: '' }, 'RowFieldInvalid'],
    ['has an object as product', { ...ADD, ProductId: {} }, 'RowFieldInvalid'],
    ['has a fraction as product', { ...ADD, ProductId: 1.5 }, 'RowFieldInvalid'],
    ['has a number whose digits are lost', '{"operator":"DELETE","item_id":12345678901234567890}', 'RowFieldInvalid'],
    ['adds no picture', { OperationType: 'ADD', ProductId: '1' }, 'RowFieldMissing'],
    ['deletes an empty picture name', { OperationType: 'DELETE', ProductId: '1', PicName: '' }, 'RowFieldInvalid'],
    ['has no picture in the list', { operator: 'DELETE', item_id: '1', pic_list: [] }, 'RowPicListInvalid'],
    [
      'has two pictures in the list',
      { operator: 'ADD', item_id: '1', pic_list: ['a.jpg', 'b.jpg'] },
      'RowPicListInvalid',
    ],
    ['has a string as list', { operator: 'ADD', item_id: '1', pic_list: 'a.jpg' }, 'RowPicListInvalid'],
    ['has no extension', { ...ADD, PicName: 'girl_cloth1' }, 'RowPicNameNoExtension'],
    ['has an extension in the folder only', { ...ADD, PicName: 'a.b/c' }, 'RowPicNameNoExtension'],
    ['begins with a slash', { ...ADD, PicName: '/a.jpg' }, 'RowPicNameSlash'],
    ['ends with a slash', { ...ADD, PicName: 'a.jpg/' }, 'RowPicNameSlash'],
    ['leaves the folder', { ...ADD, PicName: '../a.jpg' }, 'RowPicNameOutside'],
    ['leaves the folder later', { ...ADD, PicName: 'a/../../b.jpg' }, 'RowPicNameOutside'],
    ['has a zero byte', { ...ADD, PicName: 'a\0.jpg' }, 'RowFieldInvalid'],
    ['has half a character', '{"OperationType":"DELETE","ProductId":"\\ud800"}', 'RowFieldInvalid'],
    ['has a long product', { ...ADD, ProductId: 'x'.repeat(513) }, 'RowFieldTooLong'],
    ['has a long picture name', { ...ADD, PicName: `${'x'.repeat(510)}.jpg` }, 'RowFieldTooLong'],
    ['has long content', { ...ADD, CustomContent: 'x'.repeat(4097) }, 'RowFieldTooLong'],
    ['has a long attribute', { ...ADD, StrAttr3: 'x'.repeat(129) }, 'RowFieldTooLong'],
    ['has text as attribute number', { ...ADD, IntAttr: 'red' }, 'RowFieldInvalid'],
    ['has a large attribute', { ...ADD, IntAttr: 2147483648 }, 'RowFieldInvalid'],
    ['has a negative category', { ...ADD, CategoryId: -1 }, 'RowFieldInvalid'],
    ['has three numbers as region', { ...ADD, Region: '1,2,3' }, 'RegionInvalid'],
    ['has a region of no size', { ...ADD, Region: '5,5,1,2' }, 'RegionInvalid'],
    ['has neither yes nor no as crop', { ...ADD, Crop: 'maybe' }, 'RowFieldInvalid'],
  ]
  for (const [title, json, code] of cases) {
    test(`when it ${title}`, () => assert.equal(bad(json).error.code, code))
  }

  test('and names product and picture as far as they can be read', () => {
    const { productId, picName } = bad({ ...ADD, CategoryId: -1 })
    assert.deepEqual([productId, picName], ['1', 'a.jpg'])
  })

  test('and a wrong spelling of a field can be seen in the message', () => {
    assert.match(bad({ OperationType: 'ADD', ProductID: '1' }).error.message, /ProductID/)
  })
})

describe('whatever a line holds', () => {
  test('parsing ends with a row or an error of the table, never with an exception', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseRow(text, 1)))
    fc.assert(fc.property(fc.json(), (text) => void parseRow(text, 1)))
    const key = fc.constantFrom(
      ...[
        'OperationType',
        'operator',
        'ProductId',
        'item_id',
        'PicName',
        'pic_list',
        'CategoryId',
        'cat_id',
        'IntAttr',
      ],
      ...['StrAttr2', 'CustomContent', 'cust_content', 'Region', 'Crop', '__proto__'],
    )
    const value = fc.oneof(fc.constantFrom('ADD', 'DELETE', 'a.jpg', '1,2,3,4', true), fc.jsonValue())
    const json = fc.array(fc.tuple(key, value)).map((entries) => Object.fromEntries(entries))
    fc.assert(fc.property(json, (object) => void parseRow(JSON.stringify(object), 1)))
  })

  test('any good row is read back as it was written, in both formats', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    const row = fc.record({
      productId: name,
      picName: fc.stringMatching(/^[a-z0-9é ]{1,10}(\/[a-z]{1,5})?\.[a-z]{1,4}$/),
      categoryId: fc.constantFrom(0, 9, 22, 88888888),
      customContent: fc.string({ maxLength: 50 }),
      intAttr: fc.integer(),
      strAttr: fc.string({ maxLength: 50 }),
    })
    fc.assert(
      fc.property(row, ({ productId, picName, categoryId, customContent, intAttr, strAttr }) => {
        const expected = {
          operation: 'ADD',
          line: 1,
          productId,
          picName,
          categoryId,
          fields: { customContent, intAttr, strAttr },
        }
        const current = {
          OperationType: 'ADD',
          ProductId: productId,
          PicName: picName,
          CategoryId: categoryId,
          CustomContent: customContent,
          IntAttr: intAttr,
          StrAttr: strAttr,
        }
        const old = {
          operator: 'ADD',
          item_id: productId,
          pic_list: [picName],
          cat_id: categoryId,
          cust_content: customContent,
          int_attr: intAttr,
          str_attr: strAttr,
        }
        assert.deepEqual(good(current), expected)
        assert.deepEqual(good(old), expected)
      }),
    )
  })
})

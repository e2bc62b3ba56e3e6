import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { parseQuery, requireQuery } from '../../lib/query/parse-query.ts'
import { printQuery } from '../../lib/query/print-query.ts'
import type { Query } from '../../lib/query/query.ts'
import { anyText } from '../support/any-text.ts'
import { queryTexts } from './support/query-texts.ts'

/** Text and its canonical spelling. */
const readings: readonly (readonly [string, string])[] = [
  ['', '*'],
  ['  ', '*'],
  ['*', '*'],
  ['a b OR c', 'a AND b OR c'],
  ['a (b OR c)', 'a AND (b OR c)'],
  ['(a b) c', 'a AND b AND c'],
  ['a && b || !c', 'a AND b OR NOT c'],
  ['a&&b', 'a&&b'],
  ['-level:debug', 'NOT level:debug'],
  ['NOT NOT a', 'a'],
  ['NOT -(a b)', 'a AND b'],
  ['NOT(a b)', 'NOT (a AND b)'],
  ['--flag -', '--flag AND -'],
  ['and or not', 'and AND or AND not'],
  ['ANDROID ORACLE NOTE', 'ANDROID AND ORACLE AND NOTE'],
  ['"AND"', '"AND"'],
  ['url:https://x.y/z?q=1', 'url:https://x.y/z?q=1'],
  ['https://x.y/z?q=1', 'https://x.y/z?q=1'],
  ['ip:2001:db8::1', 'ip:2001:db8::1'],
  ['ip:::1', 'ip:::1'],
  ['2001:db8::1', '2001:db8::1'],
  ['a:b:c', 'a:b:c'],
  ['path:/api/v1/users', 'path:/api/v1/users'],
  ['12:30:05', '12:30:05'],
  ['de:ad:be:ef:00:01', 'de:ad:be:ef:00:01'],
  ['std::string', 'std::string'],
  ['a.b.c:x', 'a.b.c:x'],
  ['"user agent":x', '"user agent":x'],
  ['größe:5', 'größe:5'],
  ['sshd[123]', 'sshd[123]'],
  ['main() (f(x))', 'main() AND f(x)'],
  ['service:(api OR web)', 'service:api OR service:web'],
  ['service:(api, web, "a b")', 'service:api OR service:web OR service:"a b"'],
  ['service:(-api web)', 'NOT service:api AND service:web'],
  ['service:(a:b)', 'service:a:b'],
  ['f:(:x //y)', 'f:(:x) AND f:(//y)'],
  ['n:(>=5 <9)', 'n:>=5 AND n:<9'],
  ['pre* *mid* *post a*b', 'pre* AND *mid* AND *post AND a*b'],
  ['f:a**b', 'f:a*b'],
  ['f:* _exists_:g', 'f:* AND g:*'],
  ['f:[* TO *]', 'f:*'],
  ['f:null', 'NOT f:*'],
  ['-f:null', 'f:*'],
  ['f:"null"', 'f:"null"'],
  ['n:400..499', 'n:[400 TO 499]'],
  ['t:2025-01-01..2025-02-01', 't:[2025-01-01 TO 2025-02-01]'],
  ['path:a/../b', 'path:a/../b'],
  ['400..499', '400..499'],
  ['n:[1 TO 5} m:{1 TO 5] o:{"a b" TO *]', 'n:[1 TO 5} AND m:{1 TO 5] AND o:>"a b"'],
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['2001:db8::/32', '2001:db8::/32'],
  ['10.0.0.1..10.0.0.9', '10.0.0.1..10.0.0.9'],
  ['ip:10.0.0.1..10.0.0.9', 'ip:[10.0.0.1 TO 10.0.0.9]'],
  ['f:/a(b|c)d{1,2}/', 'f:/a(b|c)d{1,2}/'],
  ['f:(/a{1,2}/, x)', 'f:/a{1,2}/ OR f:x'],
  ['f:-5', 'f:-5'],
  ['"C:\\Windows" "say \\"hi\\""', '"C:\\\\Windows" AND "say \\"hi\\""'],
]

for (const [text, canonical] of readings) {
  test(`${JSON.stringify(text)} is read as ${canonical}`, () => {
    const { query, problems } = parseQuery(text)

    assert.deepEqual(problems, [])
    assert.equal(printQuery(query), canonical)
  })
}

/** Text, where its first problem lies, and what it is about. */
const faults: readonly (readonly [string, number, number, RegExp])[] = [
  ['a "b c', 2, 6, /never closed/],
  ['a (b', 2, 3, /never closed/],
  ['a) b', 1, 2, /closes nothing/],
  ['a ()', 2, 4, /empty/],
  ['a AND', 2, 5, /AND needs something/],
  ['OR a', 0, 2, /OR needs something/],
  ['a OR OR b', 2, 4, /OR needs something/],
  ['NOT', 0, 3, /NOT needs something after/],
  ['f: x', 0, 2, /f: has no value/],
  ['"f g": x', 0, 6, /"f g": has no value/],
  ['("f g":)', 1, 7, /"f g": has no value/],
  ['"":x', 2, 3, /a field name is empty/],
  ['f:[1 2]', 2, 5, /range is not complete/],
  ['f:[1 TO 2', 2, 9, /range is not complete/],
  ['x"y"', 0, 4, /inside a word/],
  ['"x"y', 3, 4, /blank is missing/],
  ['ip:10.0.0.0/33', 3, 14, /no block of addresses/],
  ['ip:[10.0.0.9 TO 10.0.0.1]', 3, 25, /no range of addresses/],
  ['@time:>yesterday', 6, 16, /compared with times/],
  ['f:/a(b/', 4, 5, /never closed/],
  ['f:/(?=a)b/', 4, 5, /not supported/],
  ['f:/a{1000}{9}/', 10, 11, /repetition of a repetition/],
  ['f:/(a{100}){100}/', 3, 16, /more than 1000 states/],
]

for (const [text, start, end, detail] of faults) {
  test(`${JSON.stringify(text)} is refused with a place and a hint`, () => {
    const [first] = parseQuery(text).problems

    assert.match(first?.detail ?? '', detail)
    assert.deepEqual(first?.span, [start, end])
    assert.ok(first?.hint)
    assert.throws(() => requireQuery(text), { code: 'invalid', message: detail })
  })
}

test('the error of a faulty query names the character and the hint', () => {
  assert.throws(() => requireQuery('status:500 AND'), {
    name: 'ArchiveError',
    message:
      'query at character 12: AND needs something on both sides ' +
      '(to search the text itself, quote it: "AND")',
  })
})

test('a query has at most 4096 characters and 64 levels', () => {
  const long = parseQuery('a '.repeat(2100)).problems
  const deep = parseQuery('('.repeat(65) + 'a'.repeat(1) + ')'.repeat(65)).problems
  const deepest = parseQuery(`${'('.repeat(64)}a${')'.repeat(64)}`).problems

  assert.deepEqual(
    long.map(problem => problem.span),
    [[4096, 4200]],
  )
  assert.deepEqual(
    deep.map(problem => problem.span),
    [[64, 65]],
  )
  assert.deepEqual(deepest, [])
})

test('every part of a query knows where it stands in the text', () => {
  const text = 'a  NOT user:(bob OR "x y") path:/z'
  const spans: string[] = []
  const collect = (query: Query) => {
    if (query.kind === 'match') spans.push(text.slice(...query.span))
    else if (query.kind === 'not') collect(query.part)
    else if (query.kind !== 'all') query.parts.forEach(collect)
  }

  collect(requireQuery(text))

  assert.deepEqual(spans, ['a', 'bob', '"x y"', 'path:/z'])
})

test('any text whatever is read without an exception, and fast', () => {
  const pieces = [
    '(',
    ')',
    '"',
    ':',
    'a:',
    '-',
    '!',
    ' ',
    '[',
    '{',
    ' TO ',
    '/',
    '\\',
    '..',
    ',',
    '*',
  ]
  const hostile = fc.array(fc.constantFrom(...pieces, 'OR', 'AND', 'NOT', 'x'), { maxLength: 400 })
  fc.assert(
    fc.property(
      fc.oneof(
        hostile.map(all => all.join('')),
        anyText(),
      ),
      text => {
        const { query, problems } = parseQuery(text)
        for (const { span } of problems)
          assert.ok(span && span[0] < span[1] && span[1] <= text.length)
        assert.ok(printQuery(query).length > 0)
      },
    ),
    { numRuns: 3000 },
  )
  for (const piece of [...pieces, 'a:(', '-(', '"\\', 'a"', 'f:[', 'f:/(', '1..', 'a::', '::']) {
    parseQuery(piece.repeat(4096 / piece.length))
  }
})

test('a printed query is read as the same query', () => {
  fc.assert(
    fc.property(queryTexts, text => {
      const { query, problems } = parseQuery(text)
      assert.deepEqual(problems, [])
      const printed = printQuery(query)
      assert.deepEqual(parseQuery(printed).problems, [], printed)
      assert.deepEqual(withoutSpans(requireQuery(printed)), withoutSpans(query), printed)
    }),
    { numRuns: 2000 },
  )
})

function withoutSpans(query: Query): unknown {
  return JSON.parse(JSON.stringify(query, (key, value) => (key === 'span' ? undefined : value)))
}

import fc from 'fast-check'

/** Texts that occur in the events of `events.ts`, whole and in parts, and some that do not. */
const words = [
  'foo',
  'Bar',
  'foobar',
  'ÄRGER',
  'straße',
  'σας',
  '中文',
  'a_b',
  'a-b',
  'x.y',
  '/p/q',
]
const numbers = ['0', '7', '-5', '200', '2e2', '200.0', '12345678901234567890', '0.1']
const addresses = ['10.0.0.1', '10.0.0.0/8', '10.1.2.0/23', '2001:db8::1', '2001:db8::/32', '::/0']
const ranges = [
  '[10.0.0.1 TO 10.0.0.9]',
  '{1 TO 300]',
  '[-5 TO 7}',
  '>=200',
  '<"foo"',
  '[Bar TO *]',
  '[2025-01-01 TO 2025-12-31T00:00:00Z}',
  '1..250',
]
const regexes = [
  '/fo+/',
  '/^(foo|bar)$/',
  '/[^a-z]\\d/',
  '/\\s\\w{2,3}/',
  '/./',
  '/ß|[ä-ö]/',
  '/(fo|b)(o|ar)+/',
  '/x?(?:oba)r|x\\.y/',
  '/$^/',
  '/o{2,}$/',
  '/\\😀/',
  '/x\\😀|[\\😀-🙏]/',
]

export const fieldPaths = ['a', 'b', 'a.b', 'a.b.c', 'x y', 'ü', '@id', '@stream']

const word = fc.constantFrom(...words)
const pattern = fc
  .tuple(fc.constantFrom('', '*'), word, fc.constantFrom('', '*', '*r', '*o*'))
  .map(parts => parts.join(''))
const phrase = fc
  .array(fc.constantFrom(...words, ' ', '"', '\\', '\n', '*', ':'), { maxLength: 3 })
  .map(parts => `"${parts.join('').replace(/["\\]/g, '\\$&')}"`)
const listed = fc.oneof(word, pattern, phrase, fc.constantFrom(...numbers, ...addresses))
const valued = fc.oneof(
  { weight: 3, arbitrary: listed },
  { weight: 2, arbitrary: fc.constantFrom(...ranges, ...regexes) },
  fc.constantFrom('*', 'null', '200'),
)
const fieldName = fc.constantFrom(
  ...fieldPaths.map(path => (/[ ]/.test(path) ? `"${path}"` : path)),
)
const match = fc.oneof(
  fc.oneof(word, pattern, phrase),
  fc.constantFrom(...addresses, '10.0.0.1..10.0.0.9', '7', '"200"'),
  fc.tuple(fieldName, valued).map(([name, value]) => `${name}:${value}`),
  fc.tuple(fieldName, listed, listed).map(([name, a, b]) => `${name}:(${a}, ${b})`),
  fc.constantFrom('@time:>=2025-01-01', '@time:[1738000000 TO 1740000000}', '@time:2025-01-29*'),
)

/** Queries without problems, of every form. */
export const queryTexts: fc.Arbitrary<string> = fc.letrec<{ query: string; part: string }>(tie => ({
  part: fc.oneof(
    { maxDepth: 3 },
    match,
    tie('query').map(query => `(${query})`),
    tie('part').map(part => `NOT ${part}`),
  ),
  query: fc
    .array(fc.tuple(tie('part'), fc.constantFrom(' ', ' AND ', ' OR ')), {
      minLength: 1,
      maxLength: 3,
    })
    .map(parts => parts.flat().slice(0, -1).join('')),
})).query

import fc from 'fast-check'

/** Pieces of texts around every rule of words, numbers and addresses, put together at random. */
const pieces = [
  ...['foo', 'Foo', 'É', 'é', 'e\u0301', 'ß', 'K', 'k', 'ς', 'σ', 'İ', 'ı', 'ſ', 's', '𐐀', '𐐨'],
  ...['中', '٣', 'Ⅷ', 'ⅷ', '_', '\ud83d', '😀', '\ufffd'],
  ...[
    '2e2',
    '200.0',
    '7',
    '07',
    '10',
    '255',
    '256',
    '1000',
    '-',
    '+',
    '.',
    '.',
    '..',
    ',',
    ':',
    '::',
    '/',
    '%',
  ],
  ...['10.0.0.1', '10.0.0.12', '010.0.0.1', '1.2.3.4.5', '10.0.0', '300.1.2.3', 'v10.0.0.1'],
  ...['2001:db8::1', '2001:DB8:0:0:0:0:0:1', '::ffff:10.0.0.1', '::ffff:a00:1', '1:2:3:4:5:6:7:8'],
  ...['1:2:3:4:5:6:10.0.0.1', '2001:db8:1:2::', 'fe80::1%eth0', '12:30:05', 'de:ad:be:ef:00:01'],
  ...['0123abcd-12ab-4444-beef-0123456789ab', '0123ABCD-12AB-4C4C-beef-0123456789abcd', '-12ab-'],
  ...['0123abcd-', '12ab', '12ab-4444-', '0123456789ab', 'beef'],
  ...[' ', ' ', '\n', '\t', '"', '\\', '\\n', '(', ')', '[', ']', '*'],
]
const text = fc
  .array(fc.tuple(fc.constantFrom(...pieces), fc.constantFrom('', ' ', ' ', '\n')), {
    maxLength: 5,
  })
  .map(all => all.flat().join(''))
const numbers = [
  ...['200', '2e2', '200.0', '-200', '2.0E+2', '0', '-0', '0.0', '0e9', '0.1', '0.10', '1e-1'],
  ...['12.345', '0.0012345e4', '1e39', `1${'0'.repeat(39)}`, `1${'0'.repeat(40)}`, '1e40'],
  ...[`-1${'0'.repeat(39)}`, '1e400', '10e399', '1e99999999999999999999', '123456789.125'],
  ...[`0.${'0'.repeat(37)}1`, '1e-38', `0.${'0'.repeat(38)}1`, '1e-39'],
]

/** Strings as JSON.stringify spells them, or with every character escaped, or with some. */
const spelled = fc.tuple(text, fc.constantFrom(0, 1, 2)).map(([all, escapes]) => {
  if (escapes === 0) return JSON.stringify(all)
  let inside = ''
  for (let i = 0; i < all.length; i++) {
    const isEscaped = escapes === 1 || i % 3 === 0
    const code = all.charCodeAt(i).toString(16).padStart(4, '0')
    const isHalf = all.charCodeAt(i) >= 0xd800 && all.charCodeAt(i) < 0xe000
    inside += isEscaped || isHalf ? `\\u${code}` : JSON.stringify(all[i]).slice(1, -1)
  }
  return `"${inside}"`
})
const value = fc.oneof(
  { weight: 3, arbitrary: spelled },
  fc.constantFrom(...numbers, 'true', 'false', 'null', '{}', '[]'),
)
const nested = fc.oneof(
  value,
  fc.array(value, { maxLength: 3 }).map(all => `[ ${all.join(' , ')} ]`),
  fc.tuple(spelled, value).map(([name, inner]) => `{ ${name} : ${inner} }`),
)
const member = fc
  .tuple(fc.constantFrom('"a"', '"n"', '"foo"', '"x\\"y"'), nested)
  .map(([name, inner]) => `${name}:${inner}`)

/** Stored lines. */
export const hardEvents: fc.Arbitrary<string> = fc
  .tuple(fc.constantFrom('', ',"@id":"foo-10.0.0.1"'), fc.array(member, { maxLength: 3 }))
  .map(([id, members]) => {
    const rest = members.map(each => `,${each}`).join('')
    return `{"@time":1737849605000000,"@stream":"s"${id}${rest}}`
  })

const quoted = text.map(all => `"${all.replace(/["\\]/g, '\\$&')}"`)
const words = [
  '12ab',
  '4c4c',
  'beef',
  '4444',
  '12ab-4444',
  'foo',
  'É',
  'σ',
  '𐐀',
  'K',
  '7',
  '10',
  '10.0.0.1',
  '010.0.0.1',
  '1.2.3.4',
  '2.3.4.5',
]
const patterns = [
  'foo*',
  '*foo',
  '10.0.0.*',
  '*.0.0.1',
  '1*2',
  'f*é*',
  '*7*',
  'foo*10.0.0.1',
  '12ab-*',
  '*-12ab-44*',
]
const blocks = [
  ...['10.0.0.0/8', '10.0.0.0/9', '10.0.0.0/12', '10.0.0.0/15', '10.0.0.0/16', '10.0.0.0/20'],
  ...['10.0.0.0/23', '10.0.0.0/24', '10.0.0.0/27', '10.0.0.0/28', '10.0.0.1/32', '0.0.0.0/0'],
  ...['2001:db8::1', '2001:db8::/32', '2001:db8::/33', '2001:db8::/48', '2001:db8::/60', '::/0'],
  ...['2001:db8::/64', '::ffff:10.0.0.0/104', '::ffff:a00:1', '1:2:3:4:5:6:7:8', '::/8'],
  ...['10.0.0.1..10.0.0.9', '10.0.0.1..10.0.3.9', '2001:db8::..2001:db8::ff'],
]
const condition = fc.oneof(
  fc.constantFrom(...words, ...patterns, ...blocks),
  quoted,
  fc.constantFrom(...numbers.filter(number => !number.startsWith('-'))),
)

/** Queries of one condition, with or without a field, and some joined ones. */
export const hardQueryTexts: fc.Arbitrary<string> = fc
  .array(
    fc
      .tuple(fc.constantFrom('', '', '', 'a:', 'n:', 'foo:', '@id:', '-'), condition)
      .map(([prefix, text]) =>
        prefix === '' && text.includes('..') ? `a:${text}` : prefix + text,
      ),
    { minLength: 1, maxLength: 3 },
  )
  .chain(parts => fc.constantFrom(' ', ' OR ').map(joint => parts.join(joint)))
